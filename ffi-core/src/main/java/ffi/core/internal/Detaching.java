// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ffi.core.internal.load.ProgramSymbols;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/// Keeps threads that have called back from waiting for a JVM that has ended.
///
/// The JDK attaches a thread that calls back, and detaches it when the thread ends, by a destructor of C++ which calls
/// `DetachCurrentThread`. When the JVM has stopped all threads that waits for ever, and so does who joins the thread.
/// So when the JVM is about to end, its table of functions is changed for one in which that function does nothing.
/// Source: the Java Native Interface Specification, "The Invocation API".
final class Detaching {

    private static final int TABLE = 8; // functions of a JavaVM; the first three are reserved
    private static final int DETACH_CURRENT_THREAD = 5;

    private Detaching() {}

    /// Ends it, once [Guard#end] was called.
    static void end() {
        Optional<MemorySegment> getCreated = new ProgramSymbols().find("JNI_GetCreatedJavaVMs");
        if (getCreated.isEmpty()) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment machine = arena.allocate(JAVA_LONG);
            MemorySegment count = arena.allocate(JAVA_LONG);
            int failed = (int) Rare.call(getCreated.get(), machine.address(), 1, count.address(), 0, 0, 0);
            long address = machine.get(JAVA_LONG, 0);
            if (failed != 0 || address == 0) {
                return;
            }
            long functions = Memory.ALL.get(JAVA_LONG, address);
            long detach = Memory.ALL.get(JAVA_LONG, functions + DETACH_CURRENT_THREAD * JAVA_LONG.byteSize());
            long nothing = Guard.of(detach);
            if (nothing == 0) {
                return;
            }
            MemorySegment table = Arena.global().allocate(JAVA_LONG, TABLE);
            MemorySegment.copy(Memory.ALL, functions, table, 0, table.byteSize());
            table.setAtIndex(JAVA_LONG, DETACH_CURRENT_THREAD, nothing);
            Memory.ALL.set(JAVA_LONG, address, table.address());
        }
    }
}
