// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.load.LoaderError;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Supplier;

/// A type of callback: what C gives and gets, and which method of which interface is called.
public final class CallbackType {

    /// As the classes of functions are known, see [Faces]: by the interface, for as long as there is memory, and by the
    /// hash alone. Two declarations of one type share its code.
    private static final class ByFace extends ClassValue<ConcurrentMap<Integer, SoftReference<CallbackType>>> {
        static final ByFace KNOWN = new ByFace();

        @Override
        protected ConcurrentMap<Integer, SoftReference<CallbackType>> computeValue(Class<?> face) {
            return new ConcurrentHashMap<>();
        }
    }

    final String name;
    final Class<?> face;
    final String method;
    final MethodType type;
    final Call call;
    final Object error;
    private final Lookup caller;
    private final Life unending = Life.without(this);
    private Stubs stubs;
    private Outcome outcome;
    private volatile Receiver receiver; // written last
    private Receiver watched;

    private final Type generic; // of one that is read later; else null
    private final Supplier<CallbackType> later;
    private volatile CallbackType complete;

    private CallbackType(String name, Class<?> face, Type generic, Supplier<CallbackType> later) {
        this.name = name;
        this.face = face;
        this.generic = generic;
        this.later = later;
        method = null;
        type = null;
        call = null;
        error = null;
        caller = null;
    }

    private CallbackType(
            String name, Class<?> face, String method, MethodType type, Call call, Object error, Lookup caller) {
        this.name = name;
        this.face = face;
        this.method = method;
        this.type = type;
        this.call = call;
        this.error = error;
        this.caller = caller;
        generic = null;
        later = null;
    }

    /// {@return the type of an interface that names itself, as it stands within itself}
    ///
    /// @param generic the interface with its type arguments
    /// @param later   reads the interface
    public static CallbackType later(String name, Class<?> face, Type generic, Supplier<CallbackType> later) {
        return new CallbackType(name, face, generic, later);
    }

    /// {@return this type, or the one that it stands for}
    CallbackType complete() {
        return generic == null ? this : read();
    }

    private CallbackType read() {
        CallbackType known = complete;
        if (known == null) {
            complete = known = later.get();
        }
        return known;
    }

    /// @param name   as the user spells the type
    /// @param method of the face
    /// @param type   of that method
    /// @param error  what C gets when the function throws: a value of the result's type, or null for 0
    /// @param caller sees the face, if not all can; may be null
    public static CallbackType of(
            String name, Class<?> face, String method, MethodType type, Call call, Object error, Lookup caller) {
        CallbackType made = new CallbackType(name, face, method, type, call, error, caller);
        ConcurrentMap<Integer, SoftReference<CallbackType>> known = ByFace.KNOWN.get(face);
        SoftReference<CallbackType> reference = known.get(made.hashCode());
        CallbackType found = reference == null ? null : reference.get();
        if (made.equals(found) && found.isSeenBy(caller)) {
            return found;
        }
        // Of two that race here each has its own code, which is no harm.
        known.put(made.hashCode(), new SoftReference<>(made));
        return made;
    }

    /// Returns whether code of this type may be given to a caller: it was made by the caller's own lookup, or by one
    /// that is alike. What one caller cannot see must not be missing to the next, nor the other way round.
    private boolean isSeenBy(Lookup other) {
        return caller == other || caller != null && other != null && caller.lookupClass() == other.lookupClass()
                && caller.lookupModes() == other.lookupModes();
    }

    /// {@return what C gets}
    public Passage result() {
        return call.result();
    }

    /// {@return the same callback with another error value}
    public CallbackType withError(String name, Object error) {
        return of(name, face, method, type, call, error, caller);
    }

    ClassLoader loader() {
        return face.getClassLoader() != null ? face.getClassLoader() : ClassLoader.getSystemClassLoader();
    }

    Stubs stubs() {
        require();
        return stubs;
    }

    Outcome outcome() {
        require();
        return outcome;
    }

    /// {@return the code of this type}
    Receiver receiver() {
        Receiver known = receiver;
        return known != null ? known : require();
    }

    /// {@return the code of this type whose calls are watched}
    synchronized Receiver watched() {
        require();
        if (watched == null) {
            watched = define(call.passing(), true);
        }
        return watched;
    }

    private Receiver require() {
        return receiver != null ? receiver : make();
    }

    private synchronized Receiver make() {
        if (receiver == null) {
            Passing passing = call.passing();
            stubs = Stubs.of(passing);
            outcome = new Outcome(name, passing, call.result(), error);
            receiver = define(passing, false);
        }
        return receiver;
    }

    private Receiver define(Passing passing, boolean watched) {
        try {
            Receiver made = UpcallWriter.define(this, passing, stubs, Faces.host(caller, face, type), watched);
            made.of(this, isLasting());
            return made;
        } catch (IllegalAccessException e) {
            throw notVisible(e);
        }
    }

    /// Whether all that it holds is of the JDK, of the program, or ours, and not of a loader that could be unloaded.
    private boolean isLasting() {
        boolean plain = isPlain(call.result()) && isLasting(face.getClassLoader());
        for (Passage parameter : call.parameters()) {
            plain &= isPlain(parameter);
        }
        return plain && caller == null;
    }

    private static boolean isPlain(Passage passage) {
        return passage.mappings().isEmpty() && (passage.conversion() == null
                || passage.conversion() instanceof Conversion.Checked || passage.conversion() instanceof Text
                || passage.conversion() instanceof Pointers.OfAddress);
    }

    private static boolean isLasting(ClassLoader loader) {
        ClassLoader lasting = ClassLoader.getSystemClassLoader();
        while (lasting != loader && lasting != null) {
            lasting = lasting.getParent();
        }
        return lasting == loader;
    }

    /// {@return a function pointer that calls a function}
    Slot register(Object function, Origin origin, boolean once, UncaughtExceptionHandler handler) {
        Slot slot = stubs().take();
        slot.register(this, function, origin, -1, once, handler);
        return slot;
    }

    /// {@return a function pointer of C's as an object of the face; it knows its address and nothing else}
    public Object function(MemorySegment address) {
        return function(address, null, unending);
    }

    /// {@return a function pointer of ours as an object of the face}
    ///
    /// @param slot null for one of C's
    Object function(MemorySegment address, Slot slot, Life life) {
        try {
            return Faces.function(caller, face, method, type, call, true, new Pointed(address, this, slot, life));
        } catch (IllegalAccessException e) {
            throw notVisible(e);
        }
    }

    /// {@return what `equals` of a generated function returns}
    public static boolean areSame(Functions one, Object other) {
        return one == other || other instanceof Functions functions && one.target$() instanceof Pointed pointed
                && functions.target$() instanceof Pointed another && pointed.isSame(another);
    }

    /// {@return what `hashCode` of a generated function returns}
    public static int hash(Functions function) {
        return function.target$() instanceof Pointed pointed
                ? Long.hashCode(pointed.address().address()) : System.identityHashCode(function);
    }

    private IllegalArgumentException notVisible(IllegalAccessException cause) {
        return new IllegalArgumentException(Faces.notVisible(face, cause).toString(), cause);
    }

    /// What C's function pointers stand for.
    ///
    /// @param slot if it is one of ours
    record Pointed(MemorySegment address, CallbackType type, Slot slot, Life life) implements Target {

        /// Throws if it has ended, for the pointer may be another function's.
        void requireAlive() {
            if (life.hasEnded()) {
                throw new IllegalStateException(Facts.of("The callback has ended")
                        .add("callback", type)
                        .hint("make it in an arena that ends later, or make another one for each use")
                        .toString());
            }
        }

        /// {@return whether native code knows both as one function}
        ///
        /// A function pointer that has ended is equal to itself alone: its address may be another function's since.
        boolean isSame(Pointed other) {
            if (slot != null && other.slot != null) {
                return life == other.life;
            }
            return address.address() == other.address.address() && !life.hasEnded() && !other.life.hasEnded()
                    && type.face == other.type.face && type.call.isCalledLike(other.type.call);
        }

        @Override
        public MemorySegment link() {
            return address;
        }

        @Override
        public boolean mayRelease() {
            return type.call.parameters().size() == 1;
        }

        /// The file that it is in, as far as the system knows; of a function of Java's none.
        @Override
        public String library() {
            String file = slot == null ? LoaderError.fileOf(address) : "java";
            return file == null ? "unknown" : file;
        }

        @Override
        public List<String> symbols() {
            String name = slot == null ? LoaderError.symbolAt(address) : null;
            return List.of(name == null ? "0x" + Long.toHexString(address.address()) : name);
        }

        @Override
        public Watched watched() {
            return Watched.of(library(), symbols());
        }

        @Override
        public boolean isLike(Call call) {
            return type.call.equals(call);
        }

        @Override
        public String toString() {
            return "0x" + Long.toHexString(address.address()) + ": " + type;
        }
    }

    @Override
    public boolean equals(Object other) {
        if (other == this || !(other instanceof CallbackType t) || t.face != face) {
            return other == this;
        }
        if (generic != null || t.generic != null) { // of itself no more is compared, or there would be no end
            return Objects.equals(t.generic, generic);
        }
        return t.method.equals(method)
                && t.type.equals(type) && t.call.equals(call) && Objects.equals(t.error, error) && t.name.equals(name);
    }

    @Override
    public int hashCode() {
        return generic != null ? generic.hashCode()
                : 31 * (31 * call.hashCode() + method.hashCode()) + Objects.hashCode(error);
    }

    @Override
    public String toString() {
        return name;
    }
}
