// SPDX-License-Identifier: Apache-2.0
package bench

import ffi.core.Bindings
import ffi.coroutines.await
import ffi.coroutines.awaits
import ffi.coroutines.nativeFlow
import ffi.coroutines.nativeScope
import ffi.coroutines.offThread
import ffi.dsl.Library
import ffi.dsl.alloc
import ffi.dsl.bind
import ffi.dsl.callback
import ffi.dsl.fn
import ffi.dsl.forever
import ffi.dsl.i32
import ffi.dsl.i64
import ffi.dsl.void
import java.lang.foreign.Arena
import java.util.concurrent.CompletableFuture
import java.util.concurrent.Executors
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.channels.awaitClose
import kotlinx.coroutines.channels.trySendBlocking
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.flow.callbackFlow
import kotlinx.coroutines.flow.count
import kotlinx.coroutines.flow.take
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

private object Suspends : Library("sum") {
    val sum = fn("sum", i32, i32) awaits i32
    val watch = callback(i32) returns void
    val subscribe = fn("subscribe_paced", watch, i32, i32) returns i32
    val unsubscribe = fn("unsubscribe", i32) returns void
}

private interface SuspendApi {
    suspend fun sum(a: Int, b: Int): Int
}

interface FutureApi {
    fun sum(a: Int, b: Int): CompletableFuture<Int>
}

private val suspendApi = bind<SuspendApi>("sum")
private val futureApi = Bindings.bind(FutureApi::class.java, "sum")

private fun <R> onDefault(block: suspend CoroutineScope.() -> R): R = runBlocking(Dispatchers.Default, block)

fun byHand(times: Int, a: Int, b: Int): Int = onDefault {
    var last = 0
    repeat(times) { last = withContext(Dispatchers.IO) { Raw.SUM.invokeExact(a, b) as Int } }
    last
}

fun byObject(times: Int, a: Int, b: Int): Int = onDefault {
    var last = 0
    repeat(times) { last = Suspends.sum(a, b) }
    last
}

fun byInterface(times: Int, a: Int, b: Int): Int = onDefault {
    var last = 0
    repeat(times) { last = suspendApi.sum(a, b) }
    last
}

fun byOffThread(times: Int, a: Int, b: Int): Int = onDefault {
    var last = 0
    repeat(times) { last = offThread { Dsl.sum(a, b) } }
    last
}

private val pool = Executors.newCachedThreadPool { task -> Thread(task).apply { isDaemon = true } }

fun futureByHand(times: Int, a: Int, b: Int): Int {
    var last = 0
    repeat(times) { last = CompletableFuture.supplyAsync({ Raw.SUM.invokeExact(a, b) as Int }, pool).get() }
    return last
}

fun byFuture(times: Int, a: Int, b: Int): Int {
    var last = 0
    repeat(times) { last = futureApi.sum(a, b).get() }
    return last
}

fun scopesByHand(times: Int): Long = onDefault {
    var sum = 0L
    repeat(times) {
        sum += coroutineScope {
            Arena.ofShared().use { it.allocate(8).byteSize() + it.allocate(8).byteSize() + it.allocate(8).byteSize() }
        }
    }
    sum
}

fun scopes(times: Int): Long = onDefault {
    var sum = 0L
    repeat(times) {
        sum += nativeScope {
            alloc(i64).segment().byteSize() + alloc(i64).segment().byteSize() + alloc(i64).segment().byteSize()
        }
    }
    sum
}

fun emptyByHand(times: Int): Long = onDefault {
    var sum = 0L
    repeat(times) { sum += coroutineScope { 1L } }
    sum
}

fun empty(times: Int): Long = onDefault {
    var sum = 0L
    repeat(times) { sum += nativeScope { 1L } }
    sum
}

fun flowByHand(values: Int): Int = onDefault {
    callbackFlow {
        val watch = Suspends.watch.forever { value -> trySendBlocking(value).getOrThrow() }
        val subscription = Suspends.subscribe(watch, 0, values)
        awaitClose { Suspends.unsubscribe(subscription) }
    }.take(values).count()
}

fun flowOfC(values: Int): Int = onDefault {
    nativeFlow<Int> {
        val subscription = Suspends.subscribe(stub(Suspends.watch) { value -> send(value) }, 0, values)
        onClose { Suspends.unsubscribe(subscription) }
    }.take(values).count()
}
