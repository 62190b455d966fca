// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Call;
import ffi.core.internal.Faces;
import ffi.core.internal.Faults;
import ffi.core.internal.Headstart;
import ffi.core.internal.Origin;
import ffi.core.internal.Ownership;
import ffi.core.internal.Rare;
import ffi.core.internal.Release;
import ffi.core.internal.Target;
import ffi.core.internal.Watched;

import java.lang.foreign.MemorySegment;
import java.util.List;

/// What all faces of a function call: where it is, once one of them was called.
final class Linked implements Target {

    private final Downcall function;
    private Origin origin;
    private Watched watched;

    private int calls;
    private boolean often; // never false again
    private boolean linked;
    private long located;
    private int asked; // which number of release functions was known
    private boolean releases;

    Linked(Downcall function) {
        this.function = function;
    }

    Downcall function() {
        return function;
    }

    /// {@return whether it has been called, or made ready for that}
    boolean isLinked() {
        return linked;
    }

    @Override
    public long start() {
        if (often || function.unloads() || Faces.watches(this)) {
            return link().address();
        }
        if (Headstart.isRunning() && located == 0) { // what needs no linker meanwhile
            located = locate().address();
        }
        return function.passages().isRare() ? 0 : link().address();
    }

    @Override
    public long rare() {
        if (often || ++calls > Rare.CALLS || !function.passages().isRare()) {
            often = true;
            return 0;
        }
        long known = located;
        if (known == 0) {
            located = known = locate().address();
        }
        linked = true;
        return known;
    }

    @Override
    public void often() {
        often = true;
    }

    @Override
    public Call call() {
        return function.passages();
    }

    @Override
    public MemorySegment link() {
        long known = located; // the library is asked once
        MemorySegment address = known == 0 ? locate() : MemorySegment.ofAddress(known);
        Call call = function.passages();
        call.link();
        if (call.result().conversion() != null
                && call.result().conversion().free() instanceof Release.ByHandle free) {
            free.target().link(); // or the first result would be lost
        }
        linked = true;
        if (!function.unloads()) {
            located = address.address();
        }
        return address;
    }

    @Override
    public boolean isCallableBy(Thread thread) {
        try {
            return !function.unloads() || link().isAccessibleBy(thread);
        } catch (WrongThreadException ownedByAnother) {
            return false;
        }
    }

    private MemorySegment locate() {
        Faults.requireLoaded(function.scope(), function);
        NativeLibrary opened = function.library().get();
        if (Faces.watches() && watched == null) {
            watched = Watched.of(opened.name(), symbols());
        }
        MemorySegment address = function.address(opened);
        if (function.signature().fixed() < 0) {
            Variadic.requireNone(function, opened);
        }
        return address;
    }

    @Override
    public boolean mayRelease() {
        int now = Ownership.releases();
        if (asked != now) {
            releases = function.passages().parameters().size() == 1 && Ownership.isRelease(symbols());
            asked = now;
        }
        return releases;
    }

    @Override
    public boolean isLike(Call other) {
        Call call = function.passages();
        return !call.critical() && call.isLike(other);
    }

    @Override
    public Origin origin() {
        Origin known = origin;
        if (known == null) {
            String name = null;
            try {
                name = function.library().get().toString();
            } catch (RuntimeException e) {
                // it was not needed so far
            }
            origin = known = new Origin(function.toString(), name, Faces.watches() ? watched() : null);
        }
        return known;
    }

    @Override
    public String library() {
        return function.library() instanceof NativeLibrary.Source source ? source.name() : null;
    }

    @Override
    public Watched watched() {
        Watched known = watched;
        String name = known == null ? library() : null;
        if (name != null) {
            watched = known = Watched.of(name, symbols());
        }
        return known;
    }

    @Override
    public List<String> symbols() {
        return function.symbols();
    }

    @Override
    public String toString() {
        return function.toString();
    }
}
