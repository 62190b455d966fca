// SPDX-License-Identifier: Apache-2.0
package ffi.core

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.foreign.Arena
import java.lang.ref.WeakReference

fun interface UnloadableFace {
    fun call(a: Int, b: Int): Int
}

@Suppress("FunctionName")
interface UnloadableLib {
    fun apply(f: UnloadableFace, a: Int, b: Int): Int
    fun keep(place: Int, f: UnloadableFace)
    fun fire(place: Int, a: Int, b: Int): Int
}

/** What a plugin does with callbacks. */
class UnloadablePlugin : () -> Int {
    override fun invoke(): Int {
        val lib = Bindings.bind(UnloadableLib::class.java, "sum")
        Arena.ofConfined().use { arena ->
            lib.keep(200, Upcall.of(UnloadableFace::class.java, UnloadableFace { a, b -> a * b }, arena))
            return lib.apply({ a, b -> a + b }, 1, 2) + lib.fire(200, 3, 4)
        }
    }
}

private class Plugins(parent: ClassLoader) : ClassLoader(parent) {
    override fun loadClass(name: String, resolve: Boolean): Class<*> {
        if (!name.startsWith("ffi.core.Unloadable")) return super.loadClass(name, resolve)
        return findLoadedClass(name) ?: parent.getResourceAsStream(name.replace('.', '/') + ".class")!!.use {
            it.readBytes().let { bytes -> defineClass(name, bytes, 0, bytes.size) }
        }
    }
}

/** What a plugin does with what it owns. */
class UnloadableOwner : () -> Int {
    override fun invoke(): Int {
        val lib = NativeLibrary.open("sum", Arena.global())
        val counter = lib.downcall("counter_new", NativeType.pointer(NativeType.I32).owned(), NativeType.I32)
        (counter.call(1) as Pointer<*>).close()
        return (counter.call(1) as Pointer<*>).get() as Int
    }
}

/** Has classes of its own for all that this library consists of, as an application's loader has. */
private class Copies(parent: ClassLoader) : ClassLoader(parent) {
    override fun loadClass(name: String, resolve: Boolean): Class<*> {
        if (!name.startsWith("ffi.core.")) return super.loadClass(name, resolve)
        return findLoadedClass(name) ?: parent.getResourceAsStream(name.replace('.', '/') + ".class")!!.use {
            it.readBytes().let { bytes -> defineClass(name, bytes, 0, bytes.size) }
        }
    }
}

/** Function pointers live as long as the VM; whose code they called does not. */
class CallbackLoadersSpec : FunSpec({

    test("a class loader whose functions C called is unloaded, though C keeps a pointer") {
        fun used(): WeakReference<ClassLoader> {
            val loader = Plugins(UnloadablePlugin::class.java.classLoader)
            val plugin = loader.loadClass(UnloadablePlugin::class.java.name).getDeclaredConstructor().newInstance()
            plugin.javaClass.classLoader shouldBe loader
            @Suppress("UNCHECKED_CAST")
            (plugin as () -> Int)() shouldBe 15
            return WeakReference(loader)
        }
        val loader = used()
        repeat(50) {
            if (loader.get() != null) {
                System.gc()
                Thread.sleep(20)
            }
        }
        loader.get() shouldBe null
        val lib = Bindings.bind(NastyCallees::class.java, "sum")
        val report = reports { lib.fire(200, 3, 4) shouldBe 0 }
        report.single().lines()[2] shouldNotBe null
        report.single().lines()[1] shouldBe "  callback: callback(i32 (i32, i32))"
    }

    test("a copy of this library in a loader of its own is unloaded after the native `free` took back what it owned") {
        fun used(): WeakReference<ClassLoader> {
            val loader = Copies(UnloadablePlugin::class.java.classLoader)
            val owner = loader.loadClass(UnloadableOwner::class.java.name).getDeclaredConstructor().newInstance()
            var thrown: Throwable? = null
            val user = Thread {
                thrown = runCatching {
                    @Suppress("UNCHECKED_CAST")
                    (owner as () -> Int)() shouldBe 1
                }.exceptionOrNull()
            }
            user.contextClassLoader = loader
            user.start()
            user.join()
            thrown?.let { throw it }
            return WeakReference(loader)
        }
        val loader = used()
        repeat(100) {
            if (loader.get() != null) {
                System.gc()
                Thread.sleep(20)
            }
        }
        loader.get() shouldBe null
    }
})
