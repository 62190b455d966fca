// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import ffi.core.internal.Facts;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Restricted;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;
import java.util.function.Consumer;

/// Keeps a library from being searched once its arena has unloaded it.
///
/// The JDK's own lookup passes the closed handle on to `dlsym`, which then reads freed memory. The gate refers
/// neither to the arena nor to the lookup: a cleanup that did would keep an automatic arena alive for ever.
public final class UnloadGate implements Consumer<MemorySegment> {

    private boolean unloaded;

    private UnloadGate() {}

    /// {@return the same symbols, with an [IllegalStateException] from every search after the arena has ended}
    public static SymbolLookup guard(SymbolLookup symbols, Arena arena) {
        if (arena.scope().equals(Arena.global().scope())) {
            return symbols;
        }
        UnloadGate gate = new UnloadGate();
        Restricted.reinterpret(MemorySegment.NULL, arena, gate); // registered after the library, so run before it
        return new Guarded(symbols, gate);
    }

    @Override
    public synchronized void accept(MemorySegment ignored) {
        unloaded = true;
    }

    private synchronized Optional<MemorySegment> find(SymbolLookup symbols, String name) {
        if (unloaded) {
            throw unloaded(name);
        }
        try {
            return symbols.find(name);
        } catch (WrongThreadException confined) {
            throw MemoryFaults.library("asked for", Facts.quoted(name));
        }
    }

    /// {@return what is thrown for a search of a library whose arena is closed}
    public static IllegalStateException unloaded(String symbol) {
        return new IllegalStateException(Facts.of("The library has been unloaded")
                .add("asked for", Facts.quoted(symbol))
                .hint("keep the arena open in which the library was opened")
                .toString());
    }

    private record Guarded(SymbolLookup symbols, UnloadGate gate) implements SymbolLookup {
        @Override
        public Optional<MemorySegment> find(String name) {
            return gate.find(symbols, name);
        }
    }
}
