// SPDX-License-Identifier: Apache-2.0
package ffi.core

import ffi.launched.BeginDeeplyInOwnJvm
import ffi.launched.Ended
import io.kotest.core.spec.style.FunSpec
import io.kotest.datatest.withData
import io.kotest.matchers.shouldBe

/** A class whose initializer meets the end of the stack is lost for ever, so none of ours may begin there. */
class DeepStackSpec : FunSpec({

    withData("bind", "bind and call", "open") { what ->
        BeginDeeplyInOwnJvm.ended(what) shouldBe
            Ended("failed first: true, then done: true, by another error: null\n3", "", 0)
    }
})
