// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.List;

/// How memory that C gave away is given back.
public sealed interface Release {

    void release(long address);

    /// {@return the names of the function that takes it back}
    List<String> symbols();

    /// {@return where that function is}
    long address();

    /// Checks that the calling thread may call that function.
    ///
    /// @throws WrongThreadException if its library is open in an arena that another thread owns
    default void requireThread() {}

    /// By C's `free`.
    record ByFree() implements Release {

        /// Linked when the first result is freed, which is after a call, so that native access is enabled.
        private static final class Free {
            static final MemorySegment ADDRESS = Linker.nativeLinker().defaultLookup().findOrThrow("free");
            static final MethodHandle HANDLE = Restricted.downcallHandle(
                    ADDRESS, FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
        }

        @Override
        public List<String> symbols() {
            return List.of("free");
        }

        @Override
        public long address() {
            return Free.ADDRESS.address();
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
        public List<String> symbols() {
            return target.symbols();
        }

        @Override
        public long address() {
            return target.link().address();
        }

        @Override
        public void requireThread() {
            if (!target.isCallableBy(Thread.currentThread())) {
                throw new WrongThreadException(Facts.of("Cannot be released in this thread")
                        .add("release", target)
                        .add("thread", Thread.currentThread().getName())
                        .hint("release it in the thread that owns the library's arena, or open the library in "
                                + "Arena.ofShared()")
                        .toString());
            }
        }

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
