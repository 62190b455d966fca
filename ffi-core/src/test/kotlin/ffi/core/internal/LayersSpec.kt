// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import ffi.core.NativeLibrary
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.collections.shouldBeEmpty
import io.kotest.matchers.collections.shouldContainAll
import io.kotest.matchers.shouldBe
import java.lang.classfile.ClassFile
import java.lang.classfile.ClassModel
import java.lang.classfile.constantpool.ClassEntry
import java.lang.classfile.constantpool.MemberRefEntry
import java.lang.classfile.constantpool.Utf8Entry
import java.lang.module.ModuleDescriptor.Requires
import java.lang.module.ModuleFinder
import java.nio.file.FileSystems
import kotlin.io.path.isDirectory
import kotlin.io.path.readBytes
import kotlin.io.path.toPath
import kotlin.io.path.walk

/** What may know what. */
class LayersSpec : FunSpec({

    val core = NativeLibrary::class.java.protectionDomain.codeSource.location.toURI().toPath()
    val root = if (core.isDirectory()) core else FileSystems.newFileSystem(core).getPath("/")

    val classes: List<ClassModel> = root.walk().filter { "$it".endsWith(".class") && !it.endsWith("module-info.class") }
        .map { ClassFile.of().parse(it.readBytes()) }.toList()

    fun ClassModel.name() = thisClass().asInternalName()

    /** All classes that a class file names, in types and in descriptors. */
    fun named(model: ClassModel): Set<String> = model.constantPool().flatMap { entry ->
        when (entry) {
            is ClassEntry -> listOf(entry.asInternalName().trimStart('[').removePrefix("L").removeSuffix(";"))
            is Utf8Entry -> Regex("L([\\w/$]+);").findAll(entry.stringValue()).map { it.groupValues[1] }.toList()
            else -> listOf()
        }
    }.filter { it.length > 1 }.toSet()

    /** What these classes name that is not within [packages]. */
    fun strangers(models: List<ClassModel>, vararg packages: String): List<String> = models.flatMap { model ->
        named(model).filterNot { name -> packages.any { name.startsWith(it) } }.map { "${model.name()}: $it" }
    }

    val events = classes.filter { it.name().startsWith("ffi/core/internal/jfr/") }

    val internal = classes.filter { it.name().startsWith("ffi/core/internal/") }

    test("there are classes to look at") {
        classes.map { it.name() } shouldContainAll listOf("ffi/core/NativeLibrary", "ffi/core/internal/Restricted")
        named(internal.single { it.name() == "ffi/core/internal/Restricted" }) shouldContainAll
            listOf("java/lang/foreign/Linker", "ffi/core/internal/Facts")
    }

    test("internal classes know Java and one another") {
        strangers(internal - events, "java/", "ffi/core/internal/").shouldBeEmpty()
    }

    test("the flight recorder is known to its events only") {
        strangers(events, "java/", "jdk/jfr/", "ffi/core/internal/jfr/").shouldBeEmpty()
    }

    test("no class knows what is outside of Java and the core, Kotlin least of all") {
        strangers(classes - events, "java/", "ffi/core/").shouldBeEmpty()
    }

    /** The methods of these classes that the JDK marks as restricted, with those that override them. */
    val restricted: Map<String, Set<String>> = listOf(
        "java.lang.foreign.Linker", "java.lang.foreign.SymbolLookup", "java.lang.foreign.MemorySegment",
        "java.lang.foreign.AddressLayout", "java.lang.System", "java.lang.Runtime", "java.lang.ModuleLayer\$Controller",
    ).associate { name ->
        val model = ClassLoader.getSystemResourceAsStream(name.replace('.', '/') + ".class")!!.use {
            ClassFile.of().parse(it.readAllBytes())
        }
        name.replace('.', '/') to model.methods().filter { method ->
            method.findAttribute(java.lang.classfile.Attributes.runtimeVisibleAnnotations()).map { attribute ->
                attribute.annotations().any { it.className().equalsString("Ljdk/internal/javac/Restricted;") }
            }.orElse(false)
        }.map { it.methodName().stringValue() }.toSet()
    }

    test("the restricted methods are known") {
        restricted.getValue("java/lang/foreign/Linker") shouldBe setOf("downcallHandle", "upcallStub")
        restricted.getValue("java/lang/foreign/MemorySegment") shouldBe setOf("reinterpret")
        restricted.getValue("java/lang/System") shouldBe setOf("load", "loadLibrary")
    }

    test("restricted methods are called in one class only") {
        classes.filter { it.name() != "ffi/core/internal/Restricted" }.flatMap { model ->
            model.constantPool().filterIsInstance<MemberRefEntry>()
                .filter { it.name().stringValue() in restricted[it.owner().asInternalName()].orEmpty() }
                .map { "${model.name()}: ${it.owner().asInternalName()}.${it.name().stringValue()}" }
        }.shouldBeEmpty()
    }

    test("the module exports one package, and needs Java's base only; the flight recorder it may do without") {
        val descriptor = ModuleFinder.of(core).find("ffi.core").get().descriptor()
        descriptor.exports().map { "$it" } shouldBe listOf("ffi.core")
        descriptor.requires().map { it.name() }.sorted() shouldBe listOf("java.base", "jdk.jfr")
        descriptor.requires().single { it.name() == "jdk.jfr" }.modifiers() shouldBe setOf(Requires.Modifier.STATIC)
        descriptor.opens().shouldBeEmpty()
    }
})
