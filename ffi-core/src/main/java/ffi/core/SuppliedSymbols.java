// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Restricted;
import ffi.core.internal.load.UnloadGate;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/// The symbols that a function of the user's supplies, with the life of an arena.
///
/// @param arena a global one leaves the addresses the life that they have
record SuppliedSymbols(SymbolLookup symbols, Arena arena) implements SymbolLookup {

    @Override
    public Optional<MemorySegment> find(String name) {
        if (!arena.scope().isAlive()) {
            throw UnloadGate.unloaded(name);
        }
        Optional<MemorySegment> found = symbols.find(name);
        if (found == null || found.isEmpty() || found.get().address() == 0) {
            return Optional.empty();
        }
        return arena.scope().equals(Arena.global().scope())
                ? found : Optional.of(Restricted.reinterpret(found.get(), arena, null));
    }
}
