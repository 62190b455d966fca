// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.MemorySegment;

/// What a declared function stands for: a symbol that is looked up when it is first needed. Its text is the
/// declaration, as errors show it.
public interface Target extends Named {

    /// {@return the function's address, alive as long as its library}
    ///
    /// Whatever a call may need is linked then, too, so that whatever is wrong is thrown from here.
    MemorySegment link();

    /// {@return whether C's function takes and returns what this call does}
    default boolean isLike(Call call) {
        return false;
    }

    @Override
    default Origin origin() {
        return new Origin(toString(), null);
    }
}
