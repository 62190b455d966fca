// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe

class PlaceholderSpec : FunSpec({

    test("the native library is built where specs look for it") {
        java.io.File(System.getProperty("ffi.library.path")).isDirectory shouldBe true
    }
})
