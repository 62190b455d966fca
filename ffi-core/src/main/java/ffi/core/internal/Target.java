// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// What a declared function stands for: a symbol that is looked up when it is first needed. Its text is the
/// declaration, as errors show it.
public interface Target extends Named {

    /// {@return the function's address, alive as long as its library}
    ///
    /// Whatever a call may need is linked then, too, so that whatever is wrong is thrown from here.
    MemorySegment link();

    /// {@return the function's address as [#link] finds it; 0 if it is to be called by [Rare]}
    default long start() {
        return link().address();
    }

    /// {@return the function's address for one more call by [Rare]; 0 if it is to be linked}
    default long rare() {
        return 0;
    }

    /// Ends its calls by [Rare].
    default void often() {}

    /// {@return how its values pass, if it may be called by [Rare]}
    default Call call() {
        return null;
    }

    /// {@return whether C's function takes and returns what this call does}
    default boolean isLike(Call call) {
        return false;
    }

    /// {@return whether a thread may call it: it may not if the arena of its library is another thread's}
    default boolean isCallableBy(Thread thread) {
        return true;
    }

    /// {@return whether it may be a function that takes back what is owned, and nothing else; see [Ownership#given]}
    default boolean mayRelease() {
        return false;
    }

    /// {@return the name of its library as the user wrote it, or null if it is known only once that is open}
    ///
    /// Asked only where calls are watched.
    default String library() {
        return null;
    }

    /// {@return its names in C, at least one}
    default List<String> symbols() {
        return List.of(toString());
    }

    @Override
    default Origin origin() {
        return new Origin(toString(), null);
    }
}
