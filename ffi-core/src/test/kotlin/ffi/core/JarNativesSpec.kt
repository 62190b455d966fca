// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.OpenInOwnJvm
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.annotation.EnabledIf
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainExactlyInAnyOrder
import io.kotest.matchers.optional.shouldBePresent
import io.kotest.matchers.shouldBe
import io.kotest.matchers.shouldNotBe
import java.lang.foreign.Arena
import java.net.URI
import java.net.URL
import java.net.URLClassLoader
import java.net.URLConnection
import java.net.URLStreamHandler
import java.nio.file.Path
import java.nio.file.Files
import java.nio.channels.FileChannel
import java.nio.file.StandardOpenOption
import java.nio.file.attribute.FileTime
import java.nio.file.attribute.PosixFilePermissions
import java.util.concurrent.CompletableFuture
import java.util.jar.Attributes
import java.util.jar.JarEntry
import java.util.jar.JarOutputStream
import java.util.jar.Manifest
import kotlin.io.path.Path
import kotlin.io.path.copyTo
import kotlin.io.path.createDirectories
import kotlin.io.path.createTempDirectory
import kotlin.io.path.deleteExisting
import kotlin.io.path.exists
import kotlin.io.path.getLastModifiedTime
import kotlin.io.path.getPosixFilePermissions
import kotlin.io.path.listDirectoryEntries
import kotlin.io.path.name
import kotlin.io.path.readBytes
import kotlin.io.path.readText
import kotlin.io.path.setLastModifiedTime
import kotlin.io.path.setPosixFilePermissions
import kotlin.io.path.outputStream
import kotlin.io.path.writeBytes
import kotlin.io.path.writeText

/** Libraries that travel in jars. */
@EnabledIf(OnLinux::class)
class JarNativesSpec : FunSpec({

    val arch = System.getProperty("os.arch").replace("amd64", "x86_64")
    val libsum = natives.resolve("libsum.so")
    val work = newDirectory()
    val readme = work.resolve("readme.txt").also { it.writeText("beside") }
    val jar = jarOf(
        work.resolve("with a space.jar"),
        "org/example/libcarried.so.1" to libsum,
        "org/example/readme.txt" to readme,
        "org/example/deeper/other.txt" to readme,
        "org/example/Left.class" to readme,
        "org/example/libbroken.so" to readme,
    )
    val loader = URLClassLoader(arrayOf(jar.toUri().toURL()), null)
    val carried = "org/example/libcarried.so.1"

    /** Opens a resource with a cache of its own, and nowhere else to go. */
    fun open(resource: String, cache: Path, arena: Arena = Arena.global(), from: ClassLoader = loader): Path =
        withProperties("ffi.cache.dir" to "$cache") { NativeLibrary.openResource(resource, from, arena).file().get() }

    fun newCache() = newDirectory().resolve("cache")

    test("a library in a jar is unpacked, with what stands beside it, into a private directory") {
        val cache = newCache()
        val file = open(carried, cache)
        file.readBytes() shouldBe libsum.readBytes()
        file.parent.parent shouldBe cache
        file.parent.listDirectoryEntries().map { it.name } shouldContainExactlyInAnyOrder
            listOf("libcarried.so.1", "libbroken.so", "readme.txt")
        for (directory in listOf(cache, file.parent)) {
            PosixFilePermissions.toString(directory.getPosixFilePermissions()) shouldBe "rwx------"
        }
        PosixFilePermissions.toString(file.getPosixFilePermissions()) shouldBe "rw-------"
    }

    test("a resource is named from the root, with a slash before it or without") {
        val cache = newCache()
        open("/$carried", cache) shouldBe open(carried, cache)
    }

    test("what is unpacked already is used again") {
        val cache = newCache()
        val file = open(carried, cache)
        val longAgo = FileTime.fromMillis(0)
        file.setLastModifiedTime(longAgo)
        open(carried, cache) shouldBe file
        file.getLastModifiedTime() shouldBe longAgo
    }

    test("what has another length by now, may be written to by others, or is gone, is written anew") {
        val cache = newCache()
        val file = Arena.ofConfined().use { open(carried, cache, it) }
        val damages = listOf<() -> Unit>(
            { file.writeText("cut off") },
            { file.setPosixFilePermissions(PosixFilePermissions.fromString("rw-rw-rw-")) },
            { file.deleteExisting() },
        )
        for (damage in damages) {
            damage()
            Arena.ofConfined().use { open(carried, cache, it) } shouldBe file
            file.readBytes() shouldBe libsum.readBytes()
            PosixFilePermissions.toString(file.getPosixFilePermissions()) shouldBe "rw-------"
        }
    }

    test("a process goes through a folder once, and the next process does it again") {
        val cache = newCache()
        val beside = open(carried, cache).resolveSibling("readme.txt")
        beside.writeText("cut off")
        open(carried, cache)
        beside.readText() shouldBe "cut off"
        OpenInOwnJvm.output(
            "--enable-native-access=ALL-UNNAMED", "-Dffi.cache.dir=$cache",
            "-cp", "${System.getProperty("java.class.path")}:$jar", name = "classpath:$carried",
        ) shouldBe "${beside.resolveSibling("libcarried.so.1")}"
        beside.readText() shouldBe "beside"
    }

    context("of a jar that was damaged later") {
        val damaged = work.resolve("damaged.jar").also { damaged ->
            val bytes = jar.readBytes().toString(Charsets.ISO_8859_1)
            damaged.writeBytes(bytes.replace("beside", "BESIDE").toByteArray(Charsets.ISO_8859_1))
        }
        val damagedLoader = URLClassLoader(arrayOf(damaged.toUri().toURL()), null)

        test("what is unpacked already is used, since only the jar's directory is read") {
            val cache = newCache()
            open(carried, cache) shouldBe open(carried, cache, from = damagedLoader)
        }

        test("nothing is unpacked") {
            val cache = newCache()
            val e = shouldThrow<LibraryNotFoundException> { open(carried, cache, from = damagedLoader) }
            e.message!!.replace("$damaged".replace(" ", "%20"), "JAR") shouldBe """
                Library not loaded: "classpath:$carried"
                  tried: jar:file:JAR!/$carried (libbroken.so is damaged: it is not what the jar's directory says)
            """.trimIndent()
            cache.listDirectoryEntries().single().listDirectoryEntries().shouldBeEmpty()
        }
    }

    test("a resource of neither a jar nor a file is known by its content") {
        /** A loader whose one resource has this content. */
        fun loaderOf(content: ByteArray) = object : ClassLoader(null) {
            override fun findResource(name: String): URL = URL.of(URI("memory:/$name"), object : URLStreamHandler() {
                override fun openConnection(url: URL) = object : URLConnection(url) {
                    override fun connect() = Unit
                    override fun getInputStream() = content.inputStream()
                }
            })
        }

        val cache = newCache()
        val file = open(carried, cache, from = loaderOf(libsum.readBytes()))
        file.readBytes() shouldBe libsum.readBytes()
        file.parent.listDirectoryEntries() shouldBe listOf(file)
        open(carried, cache, from = loaderOf(libsum.readBytes())) shouldBe file
        val longer = libsum.readBytes() + 0
        open(carried, cache, from = loaderOf(longer)).parent shouldNotBe file.parent
    }

    test("another content has another directory") {
        val cache = newCache()
        val other = jarOf(work.resolve("other.jar"), carried to libsum)
        URLClassLoader(arrayOf(other.toUri().toURL()), null).use { open(carried, cache, from = it) } shouldNotBe
            open(carried, cache)
    }

    test("a library finds beside itself what it depends on") {
        val dependency = compile(work, "libbeside.so", "int beside(void) { return 42; }")
        val library = compile(
            work, "liborigin.so", "int beside(void); int origin(void) { return beside(); }",
            "-L.", "-lbeside", "-Wl,-rpath,\$ORIGIN",
        )
        val both = jarOf(work.resolve("both.jar"), "n/liborigin.so" to library, "n/libbeside.so" to dependency)
        val cache = newCache()
        URLClassLoader(arrayOf(both.toUri().toURL()), null).use {
            withProperties("ffi.cache.dir" to "$cache") {
                val opened = NativeLibrary.openResource("n/liborigin.so", it, Arena.global())
                opened.find("origin").shouldBePresent()
                opened.find("beside").shouldBePresent()
            }
        }
    }

    test("a library that does not look beside itself is opened with what it depends on") {
        val dependency = dependent(work, "packed")
        val library = dependent(work, "packer", "packed")
        val both = jarOf(work.resolve("packer.jar"), "n/libpacker.so" to library, "n/libpacked.so" to dependency)
        dependency.deleteExisting()
        URLClassLoader(arrayOf(both.toUri().toURL()), null).use { from ->
            withProperties("ffi.cache.dir" to "${newCache()}") {
                Arena.ofConfined().use {
                    NativeLibrary.openResource("n/libpacker.so", from, it)
                        .downcall("packer", NativeType.I32).call() shouldBe 2
                }
            }
        }
    }

    test("a resource that is a file is opened where it is") {
        val directory = newDirectory()
        val file = libsum.copyTo(directory.resolve("natives").createDirectories().resolve("libplain.so"))
        val cache = newCache()
        val opened = URLClassLoader(arrayOf(directory.toUri().toURL()), null).use {
            open("natives/libplain.so", cache, from = it)
        }
        opened shouldBe file
        cache.exists() shouldBe false
    }

    test("a name is also that of a library carried for this system and architecture") {
        val natively = jarOf(work.resolve("natively.jar"), "natives/linux-$arch/libnatively.so" to libsum)
        val cache = newCache()
        val thread = Thread.currentThread()
        val before = thread.contextClassLoader
        URLClassLoader(arrayOf(natively.toUri().toURL()), before).use {
            thread.contextClassLoader = it
            try {
                withProperties("ffi.cache.dir" to "$cache") {
                    NativeLibrary.open("natively", Arena.global()).file().get().parent.parent shouldBe cache
                    NativeLibrary.open("classpath:natives/linux-$arch/libnatively.so", Arena.global())
                        .file().get().parent.parent shouldBe cache
                }
            } finally {
                thread.contextClassLoader = before
            }
        }
    }

    context("in a JVM of its own, a library is found in") {
        val natively = jarOf(work.resolve("found.jar"), "natives/linux-$arch/libfound.so" to libsum)
        val listing = work.resolve("listing.jar").also { listing ->
            val manifest = Manifest()
            manifest.mainAttributes[Attributes.Name.MANIFEST_VERSION] = "1.0"
            manifest.mainAttributes[Attributes.Name.CLASS_PATH] = "found.jar"
            JarOutputStream(listing.outputStream(), manifest).close()
        }
        val cache = newCache()
        val options = arrayOf("--enable-native-access=ALL-UNNAMED", "-Dffi.cache.dir=$cache", "-cp")
        val classPath = System.getProperty("java.class.path")

        test("a jar of the class path") {
            Path(OpenInOwnJvm.output(*options, "$classPath:$natively", name = "found")).parent.parent shouldBe cache
        }

        test("a jar that another jar's manifest names") {
            Path(OpenInOwnJvm.output(*options, "$classPath:$listing", name = "found")).parent.parent shouldBe cache
        }

        test("one jar by many at once") {
            val fresh = newCache()
            val outputs = List(4) {
                CompletableFuture.supplyAsync {
                    OpenInOwnJvm.output(*options, "$classPath:$natively", "-Dffi.cache.dir=$fresh", name = "found")
                }
            }
            outputs.map { it.join() }.toSet().map { Path(it).name } shouldBe listOf("libfound.so")
            fresh.listDirectoryEntries().single().listDirectoryEntries().map { it.name } shouldBe listOf("libfound.so")
        }
    }

    test("where execution is forbidden, the next directory is tried").config(enabled = noexecDirectory != null) {
        val forbidden = createTempDirectory(noexecDirectory!!)
        val elsewhere = newDirectory()
        try {
            withProperties(
                "ffi.cache.dir" to "$forbidden", "user.home" to "$forbidden", "java.io.tmpdir" to "$elsewhere",
            ) {
                val file = NativeLibrary.openResource(carried, loader, Arena.global()).file().get()
                file.startsWith(forbidden) shouldBe false
            }
        } finally {
            forbidden.toFile().deleteRecursively()
        }
    }

    test("where nothing can be written, all directories are listed") {
        val natively = jarOf(work.resolve("unwritable.jar"), "natives/linux-$arch/libunwritable.so" to libsum)
        val file = work.resolve("a-file").also { it.writeText("") }
        val output = OpenInOwnJvm.output(
            "--enable-native-access=ALL-UNNAMED", "-Dffi.cache.dir=$file", "-Djava.io.tmpdir=/proc", "-Duser.name=me",
            "-cp", "${System.getProperty("java.class.path")}:$natively",
            name = "unwritable", directory = Path("/proc"), environment = mapOf("XDG_CACHE_HOME" to "$file"),
        )
        output.replace("$file", "FILE") shouldBe """
            Library not loaded: "unwritable"
              tried: FILE (is no directory)
              tried: FILE/isthmus (is no directory)
              tried: /proc/isthmus-me (no such file)
              tried: /proc/.isthmus (no such file)
              tried: libunwritable.so (cannot open shared object file: No such file or directory)
              tried: libunwritable.so.* in the system's directories (no such file)
              hint: name a directory to write to and execute from with -Dffi.cache.dir=DIR
        """.trimIndent()
    }

    test("a directory that others can write to is not used") {
        val temporary = newDirectory()
        val natively = jarOf(work.resolve("shared.jar"), "natives/linux-$arch/libshared.so" to libsum)
        temporary.resolve("isthmus-me").createDirectories()
            .setPosixFilePermissions(PosixFilePermissions.fromString("rwxrwxrwx"))
        val output = OpenInOwnJvm.output(
            "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=$temporary", "-Duser.name=me",
            "-cp", "${System.getProperty("java.class.path")}:$natively",
            name = "shared", directory = Path("/proc"), environment = mapOf("XDG_CACHE_HOME" to "/proc"),
        )
        output.lines().filter { "isthmus" in it }.joinToString("\n").replace("$temporary", "TMP") shouldBe """
              tried: /proc/isthmus (no such file)
              tried: TMP/isthmus-me (can be written by other users)
              tried: /proc/.isthmus (no such file)
        """.replaceIndent("  ").trimEnd()
    }

    val isRoot = Files.getAttribute(Path("/proc/self"), "unix:uid") == 0

    test("a cache of another user is not used, whatever user.name says").config(enabled = isRoot) {
        val natively = jarOf(work.resolve("foreign.jar"), "natives/linux-$arch/libforeign.so" to libsum)
        val temporary = newDirectory()
        val foreign = temporary.resolve("isthmus-nobody").createDirectories()
        Files.setAttribute(foreign, "unix:uid", 65534)
        foreign.setPosixFilePermissions(PosixFilePermissions.fromString("rwx------"))
        for (name in listOf("nobody", "me")) {
            val linked = temporary.resolve("isthmus-me")
            if (!linked.exists()) Files.createSymbolicLink(linked, newDirectory())
            val output = OpenInOwnJvm.output(
                "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=$temporary", "-Duser.name=$name",
                "-cp", "${System.getProperty("java.class.path")}:$natively",
                name = "foreign", directory = Path("/proc"), environment = mapOf("XDG_CACHE_HOME" to "/proc"),
            )
            output.replace("$temporary", "TMP").lines().single { "TMP/isthmus" in it } shouldBe
                if (name == "me") "  tried: TMP/isthmus-me (is a link)"
                else "  tried: TMP/isthmus-nobody (belongs to another user, 65534)"
        }
    }

    test("a cache below a directory that everybody may write to is not used") {
        val natively = jarOf(work.resolve("open.jar"), "natives/linux-$arch/libopen.so" to libsum)
        val temporary = newDirectory()
        temporary.setPosixFilePermissions(PosixFilePermissions.fromString("rwxrwxrwx"))
        val output = OpenInOwnJvm.output(
            "--enable-native-access=ALL-UNNAMED", "-Djava.io.tmpdir=$temporary", "-Duser.name=me",
            "-cp", "${System.getProperty("java.class.path")}:$natively",
            name = "open", directory = Path("/proc"), environment = mapOf("XDG_CACHE_HOME" to "/proc"),
        )
        output.lines().single { "isthmus-me" in it }.replace("$temporary", "TMP") shouldBe
            "  tried: TMP/isthmus-me (can be replaced by other users, who may write to TMP)"
    }

    test("what killed processes have left is deleted, and what is being written is not") {
        val cache = newCache()
        val folder = open(carried, cache).parent
        val other = cache.resolve("ab".repeat(32)).createDirectories()
        val left = listOf(folder.resolve(".1.part"), other.resolve(".2.part"))
        left.forEach { it.writeText("left") }
        val written = other.resolve(".3.part").also { it.writeText("being written") }
        FileChannel.open(written, StandardOpenOption.WRITE).use { channel ->
            channel.lock().use {
                folder.resolve("libcarried.so.1").deleteExisting()
                Arena.ofConfined().use { open(carried, cache, it) }
            }
        }
        left.filter { it.exists() }.shouldBeEmpty()
        written.exists() shouldBe true
        other.resolve(".2.part").exists() shouldBe false
    }

    test("what is packed far too densely is not unpacked") {
        val bomb = work.resolve("bomb.jar").also { bomb ->
            JarOutputStream(bomb.outputStream()).use { out ->
                for (name in listOf("n/libbomb.so", "n/libsum.so")) {
                    out.putNextEntry(JarEntry(name))
                    if (name == "n/libsum.so") out.write(libsum.readBytes())
                    else repeat(80) { out.write(ByteArray(1 shl 20)) }
                    out.closeEntry()
                }
            }
        }
        val cache = newCache()
        URLClassLoader(arrayOf(bomb.toUri().toURL()), null).use { from ->
            for (name in listOf("n/libbomb.so", "n/libsum.so")) { // alone, or beside
                val e = shouldThrow<LibraryNotFoundException> { open(name, cache, from = from) }
                e.message!!.replace(Regex("refused: \\d+ bytes"), "refused: FEW bytes").lines()[1]
                    .substringAfter(" (") shouldBe
                    "n/libbomb.so is refused: FEW bytes that become 83886080 are no library)"
            }
        }
        cache.exists() shouldBe false
    }

    test("a library in a jar that can not be loaded is not tried elsewhere") {
        val cache = newCache()
        val e = shouldThrow<LibraryNotFoundException> { open("org/example/libbroken.so", cache) }
        e.message!!.replace(Regex("[0-9a-f]{64}"), "SHA-256").replace("$cache", "CACHE") shouldBe """
            Library not loaded: "classpath:org/example/libbroken.so"
              tried: CACHE/SHA-256/libbroken.so (is no library: it begins with "beside")
        """.trimIndent()
    }
})
