// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.Ended
import ffi.launched.OpenInLayer
import ffi.launched.OpenInOwnJvm
import ffi.launched.jdk
import ffi.launched.run
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.assertions.throwables.shouldThrowAny
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldContainExactly
import io.kotest.matchers.shouldBe
import io.kotest.matchers.string.shouldEndWith
import java.lang.foreign.Arena
import java.nio.ByteBuffer
import java.nio.ByteOrder
import java.nio.file.Files
import java.nio.file.Path
import kotlin.io.path.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectory
import kotlin.io.path.deleteExisting
import kotlin.io.path.deleteIfExists
import kotlin.io.path.exists
import kotlin.io.path.toPath
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText

/**
 * What a user reads when a library or a symbol is not there. Reasons in brackets that speak of a shared object are the
 * words of the system's loader, which it says in the language of the user; here that is English.
 */
@EnabledIf(OnLinux::class)
class LoadErrorsSpec : FunSpec({

    val arch = System.getProperty("os.arch").replace("amd64", "x86_64")

    fun messageOf(directory: Path = natives, block: () -> Any?): String =
        shouldThrowAny { searching(directory) { block() } }.message!!
            .replace("$directory", "DIR").replace("linux-$arch", "linux-ARCH").replace("JVM is $arch", "JVM is ARCH")
            .replace("build for $arch", "build for ARCH")

    fun open(name: String) = NativeLibrary.open(name, Arena.global())

    test("a library that is nowhere") {
        messageOf { open("nowhere") } shouldBe """
            Library not found: "nowhere"
              tried: DIR/libnowhere.so (no such file)
              tried: classpath:natives/linux-ARCH/libnowhere.so (no such resource)
              tried: libnowhere.so (cannot open shared object file: No such file or directory)
              tried: libnowhere.so.* in the system's directories (no such file)
              hint: name its directory with -Dffi.library.path=DIR
        """.trimIndent()
    }

    test("a library with a name like that of another") {
        messageOf { open("summ") } shouldBe """
            Library not found: "summ"
              tried: DIR/libsumm.so (no such file)
              tried: classpath:natives/linux-ARCH/libsumm.so (no such resource)
              tried: libsumm.so (cannot open shared object file: No such file or directory)
              tried: libsumm.so.* in the system's directories (no such file)
              similar: DIR/libsum.so
              hint: name its directory with -Dffi.library.path=DIR
        """.trimIndent()
    }

    test("a version that is not there") {
        val directory = directoryOf("libsum.so.2")
        messageOf(directory) { NativeLibrary.open("sum", "7", Arena.global()) } shouldBe """
            Library not found: "sum"
              version: 7
              tried: DIR/libsum.so.7 (no such file)
              tried: classpath:natives/linux-ARCH/libsum.so.7 (no such resource)
              tried: libsum.so.7 (cannot open shared object file: No such file or directory)
              tried: libsum.so.7.* in the system's directories (no such file)
              similar: DIR/libsum.so.2
              hint: name its directory with -Dffi.library.path=DIR
        """.trimIndent()
    }

    test("a path that leads nowhere") {
        messageOf { open("$natives/libsumm.so") } shouldBe """
            Library not found: "DIR/libsumm.so"
              tried: DIR/libsumm.so (no such file)
              similar: DIR/libsum.so
        """.trimIndent()
    }

    test("a resource that is nowhere") {
        messageOf { open("classpath:org/example/libsum.so") } shouldBe """
            Library not found: "classpath:org/example/libsum.so"
              tried: classpath:org/example/libsum.so (no such resource)
        """.trimIndent()
    }

    test("a file that is no library") {
        messageOf(fixtures) { open("broken") } shouldBe """
            Library not loaded: "broken"
              tried: DIR/libbroken.so (is no library: it begins with "a text file, and no libr")
              tried: classpath:natives/linux-ARCH/libbroken.so (no such resource)
              tried: libbroken.so (cannot open shared object file: No such file or directory)
              tried: libbroken.so.* in the system's directories (no such file)
        """.trimIndent()
    }

    test("a directory, an empty file, and a library of Windows") {
        val directory = newDirectory()
        directory.resolve("liba.so").createDirectory()
        directory.resolve("libb.so").writeBytes(ByteArray(0))
        directory.resolve("libc.so").writeBytes("MZ".encodeToByteArray() + ByteArray(126))
        directory.resolve("libd.so").writeBytes(byteArrayOf(0, 1, 2, -1))
        fun reason(file: String) =
            shouldThrow<LibraryNotFoundException> { open("$directory/$file") }.tried().values.single()
        reason("liba.so") shouldBe "is a directory"
        reason("libb.so") shouldBe "is empty"
        reason("libc.so") shouldBe "is a library of windows, this system is linux"
        reason("libd.so") shouldBe "is no library: it begins with 00 01 02 ff"
    }

    test("what the kernel makes up has no length, and is not read, for that might never end") {
        for (file in listOf("/proc/kmsg", "/proc/self/mem")) {
            shouldThrow<LibraryNotFoundException> { open(file) }.tried().values.single() shouldBe "is empty"
        }
    }

    test("a library for a machine that no JVM runs on") {
        messageOf { open("$fixtures/libforeign.so") } shouldBe """
            Library not loaded: "DIR/fixtures/libforeign.so"
              tried: DIR/fixtures/libforeign.so (is for bpf, this JVM is ARCH)
              hint: take the library's build for ARCH
        """.trimIndent()
    }

    test("a library for another architecture") {
        val other = if (arch == "aarch64") "x86_64" to 62 else "aarch64" to 183
        val file = directoryOf("libsum.so").resolve("libsum.so")
        val bytes = Files.readAllBytes(file)
        bytes[18] = other.second.toByte() // e_machine
        Files.write(file, bytes)
        messageOf(file.parent) { open("$file") } shouldBe """
            Library not loaded: "DIR/libsum.so"
              tried: DIR/libsum.so (is for ${other.first}, this JVM is ARCH)
              hint: take the library's build for ARCH, or a JVM for ${other.first}
        """.trimIndent()
    }

    test("a dependency that is missing") {
        val reason = "cannot open shared object file: No such file or directory"
        messageOf { open("$fixtures/libmissingdep.so") } shouldBe """
            Library not loaded: "DIR/fixtures/libmissingdep.so"
              tried: DIR/fixtures/libmissingdep.so (libabsent_dependency.so: $reason)
              missing: libabsent_dependency.so, needed by DIR/fixtures/libmissingdep.so
              hint: install libabsent_dependency.so, or name its directory in LD_LIBRARY_PATH before java starts
        """.trimIndent()
    }

    context("a dependency that lies beside the library") {
        val reason = "cannot open shared object file: No such file or directory"

        test("and lacks one itself") {
            val directory = newDirectory()
            val gone = dependent(directory, "gone")
            dependent(directory, "halfway", "gone")
            val library = dependent(directory, "start", "halfway")
            gone.deleteExisting()
            messageOf(directory) { open("$library") } shouldBe """
                Library not loaded: "DIR/libstart.so"
                  tried: DIR/libstart.so (libhalfway.so: $reason)
                  tried: DIR/libhalfway.so (libgone.so: $reason)
                  missing: libgone.so, needed by DIR/libhalfway.so
                  hint: install libgone.so, or name its directory in LD_LIBRARY_PATH before java starts
            """.trimIndent()
        }

        test("and depends on it in turn") {
            val directory = newDirectory()
            dependent(directory, "yin")
            val library = dependent(directory, "yang", "yin")
            compile(
                directory, "libyin.so", "int yang(void); int yin(void) { return yang(); }",
                "-Wl,-soname,libyin.so", "-L.", "-lyang",
            )
            messageOf(directory) { open("$library") } shouldBe """
                Library not loaded: "DIR/libyang.so"
                  tried: DIR/libyang.so (libyin.so: $reason)
                  tried: DIR/libyin.so (libyang.so: $reason)
                  missing: libyang.so, needed by DIR/libyin.so
                  hint: install libyang.so, or name its directory in LD_LIBRARY_PATH before java starts
            """.trimIndent()
        }

        test("and bears no name by which the loader could know it") {
            val directory = newDirectory()
            compile(directory, "libnameless.so", "int nameless(void) { return 1; }")
            val library = dependent(directory, "caller", "nameless")
            messageOf(directory) { open("$library") } shouldBe """
                Library not loaded: "DIR/libcaller.so"
                  tried: DIR/libcaller.so (libnameless.so: $reason)
                  missing: libnameless.so, needed by DIR/libcaller.so
                  hint: install libnameless.so, or name its directory in LD_LIBRARY_PATH before java starts
            """.trimIndent()
        }

        test("and is no library") {
            val directory = newDirectory()
            val text = dependent(directory, "text")
            val library = dependent(directory, "reader", "text")
            text.writeText("no library")
            messageOf(directory) { open("$library") } shouldBe """
                Library not loaded: "DIR/libreader.so"
                  tried: DIR/libreader.so (libtext.so: $reason)
                  missing: libtext.so, needed by DIR/libreader.so
                  hint: install libtext.so, or name its directory in LD_LIBRARY_PATH before java starts
            """.trimIndent()
        }
    }

    test("a library in a directory that is mounted noexec").config(enabled = noexecDirectory != null) {
        val name = "libnoexec${ProcessHandle.current().pid()}.so"
        val file = natives.resolve("libsum.so").copyTo(noexecDirectory!!.resolve(name))
        try {
            messageOf { open("$file") }.replace("$file", "FILE") shouldBe """
                Library not loaded: "FILE"
                  tried: FILE (failed to map segment from shared object; mounted noexec)
                  hint: move it to where it may be executed from
            """.trimIndent()
        } finally {
            file.deleteIfExists()
        }
    }

    test("a name with what no file name has") {
        messageOf { open("a\u0000b") } shouldBe """
            Library not found: "a\0b"
              tried: a\0b (a file name holds no NUL)
        """.trimIndent()
        messageOf { open("$natives/a\nb") } shouldBe """
            Library not found: "DIR/a\nb"
              tried: DIR/a\nb (no such file)
        """.trimIndent()
    }

    test("a name of any characters is not found, and a long one neither") {
        val long = "x".repeat(10_000)
        for (name in listOf(long, "\uD800", "%s%n", "..", " ", "\\", "\u0001", "lib", "ünïcödé", "日本")) {
            shouldThrow<LibraryNotFoundException> { open(name) }.exists() shouldBe false
        }
    }

    context("a name that is longer than any path never comes to the loader, whose stack it would burst:") {
        val options = arrayOf(
            "-Xss256k", "--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"),
        )
        for (times in listOf(4_097, 300_000, 1_000_000)) {
            test("$times letters") {
                val half = "x".repeat(100)
                OpenInOwnJvm.output(*options, name = "x", times = times) shouldBe """
                    Library not found: "$half…$half" ($times characters)
                      tried: $half…$half ($times characters) (is longer than a path can be)
                """.trimIndent()
            }
            test("a path of $times directories") {
                val half = "x/".repeat(50)
                OpenInOwnJvm.output(*options, name = "x/", times = times) shouldBe """
                    Library not found: "$half…$half" (${2 * times} characters)
                      tried: $half…$half (${2 * times} characters) (is longer than a path can be)
                """.trimIndent()
            }
        }

        test("a version, a Path, a resource, and letters of several bytes") {
            val long = "x".repeat(300_000)
            val reason = "is longer than a path can be"
            fun tried(block: () -> Unit) = shouldThrow<LibraryNotFoundException>(block).tried()
            tried { NativeLibrary.open("sum", long, Arena.global()) } shouldBe mapOf("sum" to reason)
            tried { NativeLibrary.open(Path(long), Arena.global()) } shouldBe mapOf("./$long" to reason)
            tried { open("classpath:$long") } shouldBe mapOf("classpath:$long" to "no such resource")
            tried { open("日".repeat(1366)) } shouldBe mapOf("日".repeat(1366) to reason)
            tried { open("日".repeat(1365)) }.values.last() shouldBe "no such file"
        }
    }

    test("a library that is cut off is never given to the loader, which would kill the JVM") {
        val whole = natives.resolve("libsum.so")
        val bytes = Files.readAllBytes(whole)
        val file = newDirectory().resolve("libcut.so")
        fun reason(content: ByteArray): String {
            file.writeBytes(content)
            return shouldThrow<LibraryNotFoundException> { open("$file") }.tried().values.single()
        }
        reason(bytes.copyOf(11_000)) shouldBe "is cut off: 11000 bytes of ${bytes.size}"
        reason(bytes.copyOf(300)) shouldBe "is cut off: 300 bytes of ${bytes.size}" // within the program headers
        reason(bytes.copyOf(64)) shouldBe "is cut off: 64 bytes of ${bytes.size}"
        reason(bytes.copyOf(63)) shouldBe "is cut off: 63 bytes"
        reason(bytes.copyOf(20)) shouldBe "is cut off: 20 bytes"

        val nowhere = bytes.clone().also { it.fill(-1, 32, 40) } // e_phoff
        reason(nowhere) shouldBe "is damaged: its headers lead beyond the end of any file"
        val many = bytes.clone().also { it.fill(-1, 56, 58) } // e_phnum
        reason(many) shouldBe "is damaged: no library has 65535 program headers of 56 bytes"
        val overflowing = bytes.clone().also { it.fill(-1, 64 + 8, 64 + 15) } // p_offset, all but its sign
        overflowing[64] = 1 // PT_LOAD
        overflowing[64 + 15] = 127
        reason(overflowing) shouldBe "is damaged: its headers lead beyond the end of any file"
    }

    test("a library whose headers lie is not given to the loader, which would believe them") {
        val bytes = Files.readAllBytes(natives.resolve("libsum.so"))
        val file = newDirectory().resolve("liblying.so")
        val numbers = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder())
        fun header(type: Int) = (64 until 64 + 56 * bytes[56] step 56).first { numbers.getInt(it) == type }
        fun reason(change: (ByteBuffer) -> Unit): String {
            Files.write(file, ByteBuffer.wrap(bytes.clone()).order(ByteOrder.nativeOrder()).also(change).array())
            return shouldThrow<LibraryNotFoundException> { open("$file") }.tried().values.single()
        }
        val (load, dynamic, constant) = listOf(1, 2, 0x6474e552).map(::header)
        val section = numbers.getLong(dynamic + 8).toInt() // p_offset
        fun entry(tag: Long) = generateSequence(section) { it + 16 }.first { numbers.getLong(it) == tag }
        val far = 1L shl 40
        reason { it.putLong(load + 40, far) } shouldBe "is damaged: its segments overlap" // p_memsz
        reason { it.putLong(load + 40, 1) } shouldBe "is damaged: its segments overlap"
        reason { it.putLong(dynamic + 16, far) } shouldBe // p_vaddr
            "is damaged: its dynamic section is in none of its segments"
        reason { it.putLong(constant + 40, far) } shouldBe
            "is damaged: what becomes constant is in none of its segments"
        reason { it.putLong(entry(5) + 8, far) } shouldBe // DT_STRTAB
            "is damaged: its dynamic section leads out of its segments"
        reason { it.putLong(section, 0) } shouldBe "is damaged: its dynamic section lacks what all have"
        reason {
            for (at in entry(0) until bytes.size - 16 step 16) it.putLong(at, 1)
        } shouldBe "is damaged: its dynamic section has no end"
    }

    test("a library whose program headers are not at the beginning is opened") {
        val bytes = Files.readAllBytes(natives.resolve("libsum.so"))
        val headers = bytes.copyOfRange(64, 64 + 56 * bytes[56])
        val file = newDirectory().resolve("libmoved.so")
        val moved = bytes + ByteArray(-bytes.size and 7) // aligned as its numbers are
        val at = moved.size
        ByteBuffer.wrap(moved).order(ByteOrder.nativeOrder()).putLong(32, at.toLong()) // e_phoff
        file.writeBytes(moved + headers)
        Arena.ofConfined().use { NativeLibrary.open(file, it).find("sum").isPresent shouldBe true }
        val cut = file.resolveSibling("libcut.so").also { it.writeBytes(Files.readAllBytes(file).copyOf(at + 100)) }
        shouldThrow<LibraryNotFoundException> { open("$cut") }.tried().values.single() shouldBe
            "is cut off: ${at + 100} bytes of ${at + headers.size}"
    }

    test("a version that is a blank") {
        for (version in listOf(" ", "\n", " 1")) {
            shouldThrow<LibraryNotFoundException> { NativeLibrary.open("z", version, Arena.global()) }
                .exists() shouldBe false
        }
    }

    test("a path with a dollar that the loader takes for its own") {
        val file = natives.resolve("libsum.so").copyTo(newDirectory().resolve("lib\$ORIGIN.so"))
        val e = shouldThrow<LibraryNotFoundException> { open("$file") }
        e.exists() shouldBe true
        e.message!!.lines().last() shouldBe "  hint: move it to a path without $"
        e.tried().values.single() shouldEndWith "; the loader has put something else for the $ in its path"
    }

    test("a version that is no part of a file name") {
        for (version in listOf("../1", "1\u0000", "1\\2")) {
            shouldThrow<IllegalArgumentException> { NativeLibrary.open("sum", version, Arena.global()) }
        }
        messageOf { NativeLibrary.open("sum", "../1", Arena.global()) } shouldBe
            """version is no part of a file name: "../1""""
        messageOf { NativeLibrary.open("", "1", Arena.global()) } shouldBe """name is empty, version: "1""""
    }

    test("no name, or an empty one among several") {
        fun first(vararg names: String) = messageOf { NativeLibrary.openFirst(names.asList(), Arena.global()) }
        first() shouldBe "no name to open: []"
        first("a\u0001", "") shouldBe """no name to open: ["a\u0001", ""]"""
    }

    test("null is named") {
        fun nullOf(block: () -> Unit) = shouldThrow<NullPointerException>(block).message
        nullOf { NativeLibrary.open(null as String?, Arena.global()) } shouldBe "name"
        nullOf { NativeLibrary.open("sum", null as Arena?) } shouldBe "arena"
        nullOf { NativeLibrary.open("sum", null as String?, Arena.global()) } shouldBe "version"
        nullOf { NativeLibrary.open(null as Path?, Arena.global()) } shouldBe "file"
        val loader = ClassLoader.getSystemClassLoader()
        nullOf { NativeLibrary.openResource(null, loader, Arena.global()) } shouldBe "resource"
        nullOf { NativeLibrary.openResource("a", null, Arena.global()) } shouldBe "loader"
        nullOf { NativeLibrary.standard().find(null) } shouldBe "symbol"
    }

    test("what was tried can be read by a program") {
        val e = shouldThrow<LibraryNotFoundException> { open("$natives/libsumm.so") }
        e.name() shouldBe "$natives/libsumm.so"
        e.tried() shouldBe mapOf("$natives/libsumm.so" to "no such file")
        e.similar() shouldContainExactly listOf("$natives/libsum.so")
        e.exists() shouldBe false
    }

    test("a symbol with a name like that of others") {
        messageOf { open("sum").findOrThrow("doubleSu") } shouldBe """
            Symbol not found: "doubleSu"
              library: DIR/libsum.so
              similar: doubleSum
        """.trimIndent()
    }

    test("a symbol with a name like no other") {
        messageOf { open("sum").findOrThrow("no_such_symbol_at_all") } shouldBe """
            Symbol not found: "no_such_symbol_at_all"
              library: DIR/libsum.so
        """.trimIndent()
    }

    test("a symbol of the C runtime") {
        messageOf { NativeLibrary.standard().findOrThrow("strlne") } shouldBe """
            Symbol not found: "strlne"
              library: the running program and the C runtime
              similar: strlen, strnlen
        """.trimIndent()
    }

    test("a function of C++ that is not extern \"C\"") {
        val directory = newDirectory()
        compile(directory, "libmangled.so", "int _Z3addii(int a, int b) { return a + b; } int add2(void) { return 2; }")
        messageOf(directory) { open("mangled").findOrThrow("add") } shouldBe """
            Symbol not found: "add"
              library: DIR/libmangled.so
              similar: add(int, int), which is exported as _Z3addii
              similar: add2
              hint: C++ exports a function under its own name only when it is declared extern "C"
        """.trimIndent()
    }

    test("a symbol with a NUL") {
        messageOf { open("sum").findOrThrow("return_opposite\u0000") } shouldBe """
            Symbol not found: "return_opposite\0"
              library: DIR/libsum.so
              similar: return_opposite
        """.trimIndent()
    }

    test("what was looked for can be read by a program") {
        val e = shouldThrow<SymbolNotFoundException> { open("sum").findOrThrow("doubleSu") }
        e.symbol() shouldBe "doubleSu"
        e.library() shouldBe "$natives/libsum.so"
        e.similar() shouldContainExactly listOf("doubleSum")
    }

    context("native access that is not enabled") {
        val classPath = System.getProperty("java.class.path")
        val core = NativeLibrary::class.java.protectionDomain.codeSource.location.toURI().toPath()

        test("of the class path") {
            OpenInOwnJvm.output("--illegal-native-access=deny", "-cp", classPath, name = "sum") shouldBe """
                Native access is not enabled for the class path
                  hint: start java with --enable-native-access=ALL-UNNAMED
            """.trimIndent()
        }

        test("of the module").config(enabled = core.resolve("module-info.class").exists()) {
            val rest = classPath.split(":").filterNot { Path(it).startsWith(core) }.joinToString(":")
            val options = arrayOf("-p", "$core", "--add-modules", "ffi.core", "-cp", rest)
            OpenInOwnJvm.output("--illegal-native-access=deny", *options, name = "sum") shouldBe """
                Native access is not enabled for module ffi.core
                  hint: start java with --enable-native-access=ffi.core
            """.trimIndent()
            val enabled = arrayOf("--enable-native-access=ffi.core", "-Dffi.library.path=$natives", *options)
            OpenInOwnJvm.output("--illegal-native-access=deny", *enabled, name = "sum") shouldBe "$natives/libsum.so"
        }

        test("of the module in a layer of its own").config(enabled = core.resolve("module-info.class").exists()) {
            val rest = classPath.split(":").filterNot { Path(it).startsWith(core) }.joinToString(":")
            run(
                jdk("java"), "--illegal-native-access=deny", "-Dffi.library.path=$natives", "-cp", rest,
                OpenInLayer::class.java.name, "$core",
            ) shouldBe Ended(
                """
                Native access is not enabled for module ffi.core
                  hint: call ModuleLayer.Controller.enableNativeAccess for it where its layer is made
                """.trimIndent(), "", 0,
            )
        }
    }

    test("a file that is no library is never given to the loader, so the JVM does not warn of it") {
        val options = arrayOf("--enable-native-access=ALL-UNNAMED", "-cp", System.getProperty("java.class.path"))
        OpenInOwnJvm.output(*options, name = "$fixtures/libbroken.so").replace("$natives", "DIR") shouldBe """
            Library not loaded: "DIR/fixtures/libbroken.so"
              tried: DIR/fixtures/libbroken.so (is no library: it begins with "a text file, and no libr")
        """.trimIndent()
    }
})
