// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Accessor;

import java.lang.foreign.MemorySegment;

/// A variable behind the methods of a bound interface.
record Access(Variable<Object> variable) implements Accessor {

    @Override
    public Object read() {
        return variable.get();
    }

    @Override
    public void write(Object value) {
        variable.set(value);
    }

    @Override
    public MemorySegment link() {
        return variable.segment();
    }

    @Override
    public String toString() {
        return variable.toString();
    }
}
