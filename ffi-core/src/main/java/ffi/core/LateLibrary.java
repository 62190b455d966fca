// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.foreign.Arena;

/// A library that the first call opens; if that fails, the next one tries again.
final class LateLibrary implements NativeLibrary.Source {

    private final String name;
    private final Arena arena;
    private NativeLibrary opened;

    LateLibrary(String name, Arena arena) {
        this.name = name;
        this.arena = arena;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public synchronized NativeLibrary get() {
        if (opened == null) {
            opened = NativeLibrary.open(name, arena);
        }
        return opened;
    }
}
