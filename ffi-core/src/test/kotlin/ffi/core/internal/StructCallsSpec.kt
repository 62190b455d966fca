// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal

import io.kotest.core.spec.style.FunSpec
import io.kotest.matchers.shouldBe
import java.lang.foreign.ValueLayout.JAVA_LONG
import java.util.concurrent.atomic.AtomicLong

/** A struct that a callback returns is looked at by the JDK when the callback's frame has ended. */
class StructCallsSpec : FunSpec({

    test("what a virtual thread's callback returns is its own, though its stack is the next thread's by then") {
        val seen = AtomicLong()
        Thread.startVirtualThread {
            val scratch = Scratch.enter()
            val mark = scratch.top()
            val struct = scratch.allocate(16, 8)
            Memory.ALL.set(JAVA_LONG, struct + 8, 42)
            val returned = StructCalls.leave(struct, 16, scratch)
            scratch.registers.segment().fill(0) // as the next thread does that has it
            scratch.leave(mark)
            seen.set(returned.get(JAVA_LONG, 8))
        }.join()
        seen.get() shouldBe 42
    }
})
