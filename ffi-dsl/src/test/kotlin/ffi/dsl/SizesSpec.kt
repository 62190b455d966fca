// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.BindingException
import ffi.core.CType
import ffi.core.Length
import ffi.core.Out
import ffi.core.Pointer
import io.kotest.assertions.throwables.shouldThrow
import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.Arena

private data class WideName(val before: Int, @Length(4) @CType("wchar_t *") val name: String, val after: Int)

private data class Tag(@Length(value = 4, padded = true) val name: String, val number: Int)

private object NamedTag : Struct<NamedTag>("tag") {
    val name = field("name", cstring.sized(4).padded)
    val number = field("number", i32)
}

private interface Sizes {
    fun echo_wide_name(name: WideName): WideName
    fun echo_tag(tag: Tag): Tag
}

private object LibSizes : Library("sum") {
    val fillWide = fn("fill_wide", out(wstring.sized(4)), i32) returns void
    val echoTag = fn("echo_tag", struct(NamedTag)) returns struct(NamedTag)
    val echo = fn("echo_pointer", pointer(i32)) returns pointer(i32)
    val staticFour = fn("static_four") returns pointer(i8)
    val title = variable("wide_banner", wstring.sized(8))
    val utf16Banner = variable("utf16_banner", utf16.sized(4).padded)
}

/** Sizes of text and bounds of pointers, as Kotlin says them. */
class SizesSpec : FunSpec({

    test("text in place counts the elements of its charset, in data classes, outs and variables") {
        val bound = bind<Sizes>("sum")
        bound.echo_wide_name(WideName(1, "abc", 2)) shouldBe WideName(1, "abc", 2)
        bound.echo_tag(Tag("full", 3)) shouldBe Tag("full", 3)
        val text = Out<String>()
        LibSizes.fillWide(text, 4)
        text.value shouldBe "abcd"
        LibSizes.title.value = "seven.."
        LibSizes.title.value shouldBe "seven.."
        shouldThrow<IllegalArgumentException> { LibSizes.title.value = "eight..." }
        LibSizes.title.value = "wide"
    }

    test("text that fills its memory comes back as it was read, where the type is padded") {
        LibSizes.utf16Banner.value shouldBe "utf!"
        LibSizes.utf16Banner.value = LibSizes.utf16Banner.value
        LibSizes.utf16Banner.value shouldBe "utf!"
        arena {
            val tag = NamedTag { it[name] = "full"; it[number] = 7 }
            val back = LibSizes.echoTag(tag)
            back[NamedTag.name] shouldBe "full"
            back[NamedTag.number] shouldBe 7
            back[NamedTag.name] = back[NamedTag.name]
        }
    }

    test("a variable that is smaller or larger than its type is refused, whichever word declares it") {
        class Wrong { var ticks by library("sum") { variable("ticks", i32) } }
        shouldThrow<BindingException> { Wrong().ticks }
        shouldThrow<BindingException> { library("sum") { variable("banner", cstring) }.value }
        shouldThrow<BindingException> { library("sum") { variable("ticks", u32) }.value }
        shouldThrow<BindingException> { library("sum") { variable("call_count", u64) }.value = 1u }
    }

    test("a pointer that is sized bounds its text") {
        val four = LibSizes.staticFour().sized(4)
        shouldThrow<IndexOutOfBoundsException> { four.text() }
        val length = 4
        four.text(length) shouldBe "four"
        four.text(2, Charsets.UTF_16LE).length shouldBe 2
        shouldThrow<IndexOutOfBoundsException> { (four + 2).text(3) }
    }

    test("rules and mappings of a type that is orNull see null, as their types say") {
        val rule: (String?) -> Throwable? = { if (it == null) NoSuchElementException("no name") else null }
        val named = library("sum") { fn("returnNullString") returns cstring.orNull.orThrow(rule) }
        shouldThrow<NoSuchElementException> { named() }.message shouldBe "no name"
        val length = library("sum") {
            fn("returnNullString") returns cstring.orNull.map({ it?.length ?: -1 }, { null })
        }
        length() + 1 shouldBe 0
        val pointer = library("sum") {
            fn("returnNullString") returns pointer(i32).orNull.orThrow { if (it == null) error("NULL") else null }
        }
        shouldThrow<IllegalStateException> { pointer() }
        val lengths: List<Int> = library("sum") {
            fn("strings_with_null") returns list(cstring.orNull.map({ it?.length ?: -1 }, { null })).sized(3)
        }()
        lengths shouldBe listOf(3, -1, 5)
    }

    test("the dynamic call takes a pointer to its own type only") {
        val echo = LibSizes.echo.downcall
        Arena.ofConfined().use { arena ->
            shouldThrow<IllegalArgumentException> { echo.call(f64.allocate(arena)) }
            (echo.call(i32.allocate(arena)) as Pointer<*>).isNull shouldBe false
        }
    }
})
