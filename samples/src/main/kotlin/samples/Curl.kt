// SPDX-License-Identifier: Apache-2.0
package samples

import com.sun.net.httpserver.*
import ffi.dsl.*
import java.lang.foreign.MemorySegment
import java.net.InetSocketAddress

class Easy(segment: MemorySegment) : OwnedHandle(segment)

/** `curl_easy_setopt` is variadic in C, and its third argument is of the type that the option says. */
object Curl : Library("curl") {
    private val easy = handle(::Easy)
    val write = callback(array(i8).sizedBy(argument = 2), usize, usize, address) returns usize
    val init = fn("curl_easy_init") returns easy.owned(fn("curl_easy_cleanup", easy) returns void)
    val setText = fn("curl_easy_setopt", easy, cInt, cstring).variadicAfter(2) returns cInt // curl copies it
    val setLong = fn("curl_easy_setopt", easy, cInt, cLong).variadicAfter(2) returns cInt
    val setFunction = fn("curl_easy_setopt", easy, cInt, write).variadicAfter(2) returns cInt // curl keeps it
    val perform = fn("curl_easy_perform", easy) returns cInt
    val error = fn("curl_easy_strerror", cInt) returns cstring
}

fun main() = arena {
    val answer = HttpHandlers.of(200, Headers.of(), "isthmus")
    val server = HttpServer.create(InetSocketAddress("127.0.0.1", 0), 0, "/", answer)
    Curl.init().use { easy ->
        server.start()
        val (header, body) = List(2) { StringBuilder() }
        Curl.setText(easy, 10002, "http://127.0.0.1:${server.address.port}/") // CURLOPT_URL
        Curl.setText(easy, 10177, "*") // CURLOPT_NOPROXY
        Curl.setLong(easy, 13, 10) // CURLOPT_TIMEOUT
        Curl.setFunction(easy, 20079, Curl.write.stub { bytes, _, n, _ -> n.also { header.append(String(bytes)) } })
        Curl.setFunction(easy, 20011, Curl.write.stub { bytes, _, n, _ -> n.also { body.append(String(bytes)) } })
        println("${Curl.error(Curl.perform(easy))}: ${header.lines()[0]}, $body")
    }
    server.stop(0)
}
// Needs: apt install libcurl4
// Output:
// No error: HTTP/1.1 200 OK, isthmus
