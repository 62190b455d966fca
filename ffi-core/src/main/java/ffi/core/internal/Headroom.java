// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// The room that is left on a thread's stack.
///
/// An overflow in Java is an exception that can be caught, but one at the border from C to Java ends the VM. So where C
/// and Java call each other deeply, it is provoked while Java can still catch it.
public final class Headroom {

    /// Calls within calls, from which on the stack is looked at: to do so takes microseconds.
    static final int DEEP = 16;

    private static final int FRAMES = 400; // of 240 bytes, and of 96 once C2 has compiled them

    // The first bind of a process needs some 30 kB, as much as the smallest stacks have. C2 compiles a method by its
    // 5000th call.
    private static final int FRAMES_TO_BEGIN = 130;
    private static final int CHECKS_BEFORE_C2 = 20;
    private static final int COMPILED_FRAMES_TO_BEGIN = 600;

    private static boolean warm;
    private static int checks;

    private Headroom() {}

    /// @throws StackOverflowError if there is not enough for another call of C's
    static void require() {
        if (!warm) {
            warm();
        }
        if (deepen(FRAMES, 1, 2, 3, 4, 5, 6, 7, 8) == 0) {
            throw new AssertionError();
        }
    }

    /// To be called before anything of ours is initialized: a class whose initializer meets the end of the stack is
    /// lost to the whole program, where an error that comes before can be caught, and the next attempt works.
    ///
    /// @throws StackOverflowError if there is not enough to bind an interface or to open a library
    public static void requireToBegin() {
        int frames = COMPILED_FRAMES_TO_BEGIN;
        if (checks < CHECKS_BEFORE_C2) {
            checks++;
            frames = FRAMES_TO_BEGIN;
        }
        if (deepen(frames, 1, 2, 3, 4, 5, 6, 7, 8) == 0) {
            throw new AssertionError();
        }
    }

    /// Has the JDK load what an exception will need while there is room: a class of it whose initializer meets the end
    /// of the stack is lost to the whole program.
    private static void warm() {
        if (deepen(4 * FRAMES, 1, 2, 3, 4, 5, 6, 7, 8) != 0) {
            warm = true;
            Slot.warm();
        }
    }

    /// The parameters are there to make the frames large.
    private static long deepen(int frames, long a, long b, long c, long d, long e, long f, long g, long h) {
        if (frames == 0) {
            return a | 1;
        }
        long below = deepen(frames - 1, b + 1, c + 2, d + 3, e + 5, f + 7, g + 11, h + 13, a + 17);
        return (below ^ a ^ b ^ c ^ d ^ e ^ f ^ g ^ h) | 1; // all are needed after it, so all have a place in the frame
    }
}
