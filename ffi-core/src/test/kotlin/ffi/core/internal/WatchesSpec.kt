// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

/** Which functions an entry of `-Dffi.trace` or `-Dffi.jfr` names. */
class WatchesSpec : FunSpec({

    data class Row(val list: String, val library: String, val function: String, val named: Boolean) {
        override fun toString() = "\"$list\" ${if (named) "names" else "does not name"} $function of \"$library\""
    }

    withData(
        Row("sum", "sum", "add", true),
        Row("sum", "libsum", "add", true),
        Row("sum", "libsum.so.1.2", "add", true),
        Row("sum", "/opt/lib/libsum.so", "add", true),
        Row("sum", "C:\\lib\\sum.dll", "add", true),
        Row("libsum.dylib", "sum", "add", true),
        Row("/opt/lib/libsum.so.1", "classpath:org/libsum.so", "add", true),
        Row("sum", "summit", "add", false),
        Row("sum", "", "abs", false),
        Row("c", "", "abs", true),
        Row("c", "c", "abs", true),
        Row("gtk*", "gtk-4", "show", true),
        Row("*", "", "abs", true),
        Row("", "sum", "add", true),
        Row(" , ", "sum", "add", true),
        Row("other, sum", "sum", "add", true),
        Row("sum.add", "sum", "add", true),
        Row("sum.add", "sum", "add2", false),
        Row("sum.add*", "sum", "add2", true),
        Row("sum.add*", "sum", "sadd", false),
        Row("sum.*d*2", "libsum.so", "add2", true),
        Row("*.add", "other", "add", true),
        Row("libsum.so.1.add", "sum", "add", true),
        Row("libsum.so.1.add", "sum", "sub", false),
        Row("libsum.so.socks", "sum", "add", false),
        Row("sum.add", "sum.add", "sub", true), // a library may have such a name
    ) { (list, library, function, named) -> Watches.parse(list).admits(library, listOf(function)) shouldBe named }

    test("of several names of a function one is enough") {
        Watches.parse("sum.open64").admits("sum", listOf("open", "open64")) shouldBe true
    }
})
