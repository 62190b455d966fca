// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/// How memory that C gave away is given back.
public sealed interface Release {

    void release(long address);

    /// By C's `free`.
    record ByFree() implements Release {

        /// Linked when the first result is freed, which is after a call, so that native access is enabled.
        private static final class Free {
            static final MethodHandle HANDLE = Restricted.downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("free"),
                    FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
        }

        @Override
        public void release(long address) {
            try {
                Free.HANDLE.invokeExact(address);
            } catch (Throwable e) {
                throw Linking.sneak(e);
            }
        }
    }

    /// By a function of the user's.
    ///
    /// @param handle takes a segment and returns nothing
    /// @param target what it calls, so that it can be looked up before it is needed
    record ByHandle(MethodHandle handle, Target target) implements Release {
        @Override
        public void release(long address) {
            try {
                handle.invokeExact(MemorySegment.ofAddress(address));
            } catch (Throwable e) {
                throw Linking.sneak(e);
            }
        }
    }
}
