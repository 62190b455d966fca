// SPDX-License-Identifier: Apache-2.0
package samples.rivals

import ffi.core.LibraryNotFoundException
import ffi.core.NativeLibrary
import ffi.core.NativeType
import ffi.core.Pointer
import ffi.core.SymbolNotFoundException
import ffi.core.Upcall
import ffi.coroutines.await
import ffi.coroutines.offThread
import ffi.dsl.*
import java.io.File
import java.lang.foreign.Arena
import java.lang.foreign.MemorySegment
import java.net.URLClassLoader
import java.nio.ByteBuffer
import java.nio.file.Path
import java.util.zip.ZipEntry
import java.util.zip.ZipOutputStream
import kotlin.io.path.outputStream
import kotlin.io.path.readBytes
import kotlinx.coroutines.runBlocking
import samples.javaCommand
import samples.newDirectory
import samples.root
import samples.run
import samples.samplesInKotlin

private data class Everything(
    val flag: Boolean, val i8: Byte, val i16: Short, val i32: Int, val i64: Long, // at 0, 1, 2, 4, 8
    val f32: Float, val f64: Double, val text: String, // at 16, 24, 32
)

private val file: Path = root.resolve("native/target/libsum.so")

/** What a line gives of a struct with a value of each kind, as a view of its memory. */
private fun <R> viewed(read: (MemorySegment) -> R): R =
    arena { read(pointerTo(Everything(true, -1, -2, -3, -4, 1.5f, 2.5, "six")).segment()) }

/** What a sample prints of which a list says which libraries it may open. */
internal fun allowed(property: String, main: String): String = run(
    javaCommand, "--enable-native-access=ALL-UNNAMED", "-Dffi.library.path=native/target", property,
    "-classpath", samplesInKotlin.joinToString(File.pathSeparator), main,
)

/** A class loader of a jar with the library in it. */
internal fun jarred(): ClassLoader {
    val jar = newDirectory().resolve("app.jar")
    ZipOutputStream(jar.outputStream()).use { zip ->
        zip.putNextEntry(ZipEntry("natives/libsum.so"))
        zip.write(file.readBytes())
    }
    return URLClassLoader(arrayOf(jar.toUri().toURL()), null)
}

/** Deno 2.9: what the namespace has for native code, word by word. */
internal val deno = rival("Deno") {
    section("dlopen")
    row("a path") { library("$file") { fn("sum", i32, i32) returns i32 }(5, 3) } gives 8
    row("a file URL") { library(Path.of(file.toUri())) { fn("sum", i32, i32) returns i32 }(5, 3) } gives 8
    row("a soname, libm.so.6") { library("libm.so.6") { fn("cos", f64) returns f64 }(0.0) } gives 1.0
    row("\"\": the main program") { LibC.atoi("7") } gives 7
    row("the same library twice, closed apart") {
        Arena.ofConfined().use { one ->
            val first = library("sum", one) { fn("sum", i32, i32) returns i32 }
            Arena.ofConfined().use { other -> library("sum", other) { fn("sum", i32, i32) returns i32 }(1, 2) }
            first(5, 3)
        }
    } gives 8
    row("parameters and result") {
        Lib.sum.downcall.signature().run { "${parameters()} ${result()}" }
    } gives "[i32, i32] i32"
    row("name") { library("sum") { fn("sum", u32, u32) returns u32 }(UInt.MAX_VALUE, 2u) } gives 1u
    row("optional") { Lib.missing.ifAvailable } gives null
    row("nonblocking") { runBlocking { Lib.sum.await(5, 3) } } gives 8
    row("optional and nonblocking") { runBlocking { Lib.missing.ifAvailable?.await(5) } } gives null
    row("a static, type: i32, live") {
        val before = Lib.callCount.value
        Lib.countCall()
        Lib.callCount.value - before
    } gives 1
    row("a static of u32") { Lib.flagsOfAll.value } gives 0xfffffff0u
    row("a static of i64") { Lib.ticks.value } gives 1L
    row("a static of f64") { Lib.ratio.value } gives 0.5
    row("a static of pointer: the address") {
        Lib.callCount.pointer().address() == Lib.callCount.segment().address()
    } gives true
    row("a static of a struct: refused there") { Lib.place.value } gives Point(1.0, 2.0)
    row("a static that is written: not there") {
        val before = Lib.callCount.value
        Lib.callCount.value = 9
        Lib.callCount.value.also { Lib.callCount.value = before }
    } gives 9
    row("a static, optional") {
        library("sum") { variable("non_existent_static", i32) }.optional.ifAvailable
    } gives null
    row("DynamicLibrary.symbols") { Lib.functions.first().symbol() } gives "sum"
    row("DynamicLibrary.close") {
        Arena.ofConfined().use { library("sum", it) { fn("sum", i32, i32) returns i32 }.apply { this(1, 2) } }(5, 3)
    } throws IllegalStateException::class
    row("close twice") { Arena.ofConfined().run { close(); close() } } throws IllegalStateException::class

    section("types")
    types("i8", "i8", i8, Byte.MIN_VALUE)
    types("u8", "u8", u8, UByte.MAX_VALUE)
    types("i16", "i16", i16, Short.MIN_VALUE)
    types("u16", "u16", u16, UShort.MAX_VALUE)
    types("i32", "i32", i32, Int.MIN_VALUE)
    types("u32", "u32", u32, UInt.MAX_VALUE)
    types("i64", "i64", i64, Long.MIN_VALUE)
    types("u64", "u64", u64, ULong.MAX_VALUE)
    types("usize", "usize", usize, Long.MAX_VALUE)
    types("f32", "f32", f32, Float.MAX_VALUE)
    types("f64", "f64", f64, Double.MIN_VALUE)
    types("bool", "bool", bool, true)
    row("isize") { trips("isize", isize, Long.MIN_VALUE) } gives List(3) { Long.MIN_VALUE }
    row("void") { Lib.noop() } gives Unit
    row("pointer") { arena { allocFrom(i32, 42).let { Lib.getValue(allocFrom(pointer(i32), it)) } } } gives 42
    row("buffer") {
        ByteBuffer.allocateDirect(3).let { listOf(Lib.modifyData(it, 3), it.get(0).toInt()) }
    } gives listOf(3, 1)
    row("buffer, null") { library("sum") { fn("is_null", buffer<ByteBuffer>().orNull) returns i32 }(null) } gives 1
    row("buffer as a result") { Lib.staticBuffer().capacity() } gives 64
    row("function") { Lib.apply({ a, b -> a - b }, 5, 3) } gives 2
    row("function, null") { Lib.setCallback(null).let { Lib.runCallback(1, 2) } } gives -1000
    row("struct") { Lib.midpoint(Point(1.0, 2.0), Point(4.0, 6.0)) } gives Point(2.5, 4.0)
    row("a struct in a struct") { Lib.swapSegment(Segment(Point(1.0, 2.0), Point(3.0, 4.0))) } gives
        Segment(Point(3.0, 4.0), Point(1.0, 2.0))
    row("NativeU8Enum") { Lib.nextMode(Mode.READ) } gives Mode.WRITE
    row("NativeTypedPointer") { Lib.counterNew(7).let { c -> Lib.counterNext(c).also { Lib.counterFree(c) } } } gives 7
    row("NativeTypedFunction") { "${Lib.operation}" } gives "callback(i32 (i32, i32))"

    section("UnsafePointer")
    row("create") { Pointer.ofAddress(4096, i8).address() } gives 4096L
    row("create of 0n") { Pointer.ofAddress(0, i8).isNull } gives true
    row("equals") { Pointer.ofAddress(4096, i8) == Pointer.ofAddress(4096, i8) } gives true
    row("of a buffer") { Pointer.of(MemorySegment.ofBuffer(ByteBuffer.allocateDirect(4)), i8).count() } gives 4L
    row("of a subarray") {
        val buffer = ByteBuffer.allocateDirect(4)
        Pointer.of(MemorySegment.ofBuffer(buffer.slice(2, 2)), i8).address() -
            Pointer.of(MemorySegment.ofBuffer(buffer), i8).address()
    } gives 2L
    row("offset") { (Pointer.ofAddress(4096, i8) + 16).address() } gives 4112L
    row("offset back") { (Pointer.ofAddress(4096, i8) - 16).address() } gives 4080L
    row("value") { Pointer.ofNull(i8).address() } gives 0L

    section("UnsafePointerView")
    row("getBool") { viewed { bool.get(it, 0) } } gives true
    row("getInt8") { viewed { i8.get(it, 1) } } gives (-1).toByte()
    row("getUint8") { viewed { u8.get(it, 1) } } gives 255.toUByte()
    row("getInt16") { viewed { i16.get(it, 2) } } gives (-2).toShort()
    row("getUint16") { viewed { u16.get(it, 2) } } gives 65534.toUShort()
    row("getInt32") { viewed { i32.get(it, 4) } } gives -3
    row("getUint32") { viewed { u32.get(it, 4) } } gives 4294967293u
    row("getBigInt64") { viewed { i64.get(it, 8) } } gives -4L
    row("getBigUint64") { viewed { u64.get(it, 8) } } gives 18446744073709551612u
    row("getFloat32") { viewed { f32.get(it, 16) } } gives 1.5f
    row("getFloat64") { viewed { f64.get(it, 24) } } gives 2.5
    row("getPointer") { viewed { pointer(cChar).get(it, 32).sized(4).text() } } gives "six"
    row("getCString, behind a pointer") { viewed { cstring.get(it, 32) } } gives "six"
    row("getCString(offset)") { arena { ("ab".toNative() + 1).text() } } gives "b"
    row("getCString of malformed UTF-8") { Lib.latin1() } gives "\uFFFD"
    row("getArrayBuffer, an alias") { viewed { it.asSlice(8, 4).asByteBuffer().get(0) } } gives (-4).toByte()
    row("getArrayBuffer, written through") { viewed { i32.set(it, 4, 9); i32.get(it, 4) } } gives 9
    row("copyInto") { viewed { array(i8).sized(4).get(it, 8) } } gives listOf<Byte>(-4, -1, -1, -1)
    row("beyond the memory: none there") { viewed { i64.get(it, 36) } } throws IndexOutOfBoundsException::class
    row("of null") { Pointer.ofNull(i32).value } throws NullPointerException::class

    section("UnsafeFnPointer")
    row("call") { Lib.operationFor(1)(6, 7) } gives 42
    row("pointer, definition") { Lib.operation.at(Lib.addressFor(0))(6, 7) } gives 13
    row("nonblocking") { runBlocking { offThread { Lib.operationFor(1)(6, 7) } } } gives 42
    row("of null") { Lib.operation.at(MemorySegment.NULL) } throws NullPointerException::class

    section("UnsafeCallback")
    row("new UnsafeCallback, pointer") { arena { Upcall.address(Lib.operation, Lib.operation.stub { a, _ -> a }) } !=
        MemorySegment.NULL } gives true
    row("definition, callback") { arena { Lib.operation.stub { a, b -> a - b }(5, 3) } } gives 2
    row("a stored one") {
        arena { Lib.setCallback(Lib.operation.stub { a, b -> a - b }); Lib.runCallback(5, 3) }
    } gives 2
    row("threadSafe: by any thread, and its value") { Lib.applyOnThread({ a, b -> a + b }, 100, 5) } gives 105
    row("ref, unref: nothing to count, a daemon does not keep the process alive") {
        arena { Lib.applyOnThread(Lib.operation.stub { _, _ -> if (Thread.currentThread().isDaemon) 1 else 0 }, 0, 0) }
    } gives 1
    row("close") {
        arena { Lib.setCallback(Lib.operation.stub { a, b -> a + b }) }
        Lib.runCallback(5, 3).also { Lib.setCallback(null) }
    } gives 0
    row("structs, both ways") { Lib.twicePair({ (a, b) -> Pair2(a + 1, b + 1) }, Pair2(1, 2)) } gives Pair2(3, 4)
    row("one that returns another") {
        library("sum") { fn("apply_chosen", callback(i32) returns Lib.operation, i32, i32, i32) returns i32 }(
            { which -> Lib.operationFor(which) }, 1, 6, 7,
        )
    } gives 42
    row("one that throws: it reaches the caller") { Lib.apply({ _, _ -> error("no") }, 1, 2) } throws
        IllegalStateException::class
    row("one that throws, of a struct: an abort") {
        Lib.twicePair({ throw ArithmeticException() }, Pair2(1, 2))
    } throws ArithmeticException::class

    section("permissions")
    row("--allow-ffi=libsum.so") { allowed("-Dffi.allow=sum", "samples.SumKt").take(13) } gives "Kotlin: Int 3"
    row("--allow-ffi of another: NotCapable") {
        "ffi.core.LibraryNotAllowedException: Library not allowed: \"sum\"" in allowed("-Dffi.allow=c", "samples.SumKt")
    } gives true
    row("pointers, views and callbacks under a list") {
        "Exception" in allowed("-Dffi.allow=c", "samples.QsortKt")
    } gives false
    row("--deny-ffi=libsum.so") {
        "LibraryNotAllowedException: Library not allowed: \"sum\"" in allowed("-Dffi.deny=sum", "samples.SumKt")
    } gives true
    row("--deny-ffi of another") { allowed("-Dffi.deny=/nowhere/,z", "samples.SumKt").take(13) } gives "Kotlin: Int 3"
    row("Deno.permissions.query({name: 'ffi', path})") { NativeLibrary.isAllowed("$file") } gives true
    lack("Deno.permissions.request, revoke", "the lists are read once, and there is no prompt")

    section("error messages")
    row("a missing library") { library("./nope.so") { fn("f") returns void }() } throws LibraryNotFoundException::class
    row("a file that is no library") {
        headline { library(root.resolve("native/target/fixtures/libbroken.so")) { fn("f") returns void }() }.take(18)
    } gives "Library not loaded"
    row("a missing symbol") { library("sum") { fn("nope") returns void }() } throws SymbolNotFoundException::class
    row("a wrong argument, by its place") {
        headline { Lib.function("sum", i32, i32, i32).call(1, "2") }
    } gives "Argument 2 is not a value of its type"
    row("too few arguments, too many") {
        headline { Lib.function("sum", i32, i32, i32).call(1) }
    } gives "Wrong number of arguments"
    row("a recursive struct") { sizeOf(Person) } gives 64L
    row("void as a parameter: an abort") { library("sum") { function("sum", i32, void) } } throws
        ffi.core.BindingException::class

    section("packaging")
    row("deno compile --include") {
        Arena.ofConfined().use { arena ->
            val library = NativeLibrary.openResource("natives/libsum.so", jarred(), arena)
            library(library) { fn("sum", i32, i32) returns i32 }(5, 3)
        }
    } gives 8
}

private fun headline(wrong: () -> Any?): String = runCatching(wrong).exceptionOrNull()!!.message!!.lines().first()

private fun <T> Rival.types(name: String, word: String, type: NativeType<T>, value: T) {
    row(name) { trips(word, type, value) } gives List(3) { value }
    row("$name in a callback") { callbackTrips(word, type, value) } gives List(3) { value }
}
