// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.CallbackPassing;
import ffi.core.internal.CallbackType;
import ffi.core.internal.Facts;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Origin;
import ffi.core.internal.Registration;
import ffi.core.internal.Restricted;
import ffi.core.internal.Slot;
import ffi.core.internal.Tokens;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/// Functions of Java that C keeps: function pointers that live longer than a call.
///
/// ```java
/// try (Arena arena = Arena.ofConfined()) {
///     IntBinaryOperator minus = Upcall.of(IntBinaryOperator.class, (a, b) -> a - b, arena);
///     library.setCallback(minus);
///     library.runCallback(5, 3); // 2
/// }
/// ```
///
/// A function that is given straight to a call needs none of this: it lives until the call returns.
///
/// What is made here is an object of the same interface, which is passed to C as the pointer that it is; Java may call
/// it too, by way of C. C may call it by any thread, whatever the arena. When it throws, C gets the error value of its
/// type, see [NativeType#onError], and the exception is thrown at the caller of the function of C's that called it; on
/// a thread that C made it goes to the handler of the registration, or to the thread's own. Such a thread is a daemon,
/// named after the library, with a context class loader.
///
/// After its end the pointer is not freed but made a tombstone: C that calls it gets the error value, and a warning
/// says who registered it. It is used again for another function, but not soon.
///
/// When the JVM has ended, after its shutdown hooks, native code that still calls gets the error value as well: by a
/// handler of atexit(3), say, or by a thread that such a handler joins. That is so on Linux on x86-64; elsewhere, and
/// after [Runtime#halt], such a call aborts the process.
public final class Upcall {

    private static final StackWalker CALLERS = StackWalker.getInstance();

    private Upcall() {}

    /// {@return a function pointer that lives as long as an arena}
    ///
    /// @param face as [NativeType#callback(Class)] takes it
    /// @throws BindingException      if its method has a type that no native type stands for
    /// @throws IllegalStateException if the arena is closed
    public static <F> F of(Class<F> face, F function, Arena arena) {
        return of(NativeType.callback(face), function, arena);
    }

    /// {@return a function pointer that lives as long as an arena}
    ///
    /// @param type a callback
    /// @throws BindingException      if the type is none, or can not be
    /// @throws IllegalStateException if the arena is closed
    public static <F> F of(NativeType<F> type, F function, Arena arena) {
        return of(type, function, arena, null);
    }

    /// {@return a function pointer that lives as long as an arena}
    ///
    /// @param handler gets what the function throws on a thread that C made; null for the thread's own handler
    /// @throws BindingException      if the type is none, or can not be
    /// @throws IllegalStateException if the arena is closed
    public static <F> F of(NativeType<F> type, F function, Arena arena, UncaughtExceptionHandler handler) {
        CallbackType callback = callback(type);
        Registration made = Registration.of(callback, unmapped(type, function), origin(), false, handler);
        try {
            return function(type, made.until(arena), made);
        } catch (RuntimeException thrown) {
            throw MemoryFaults.arena(thrown, "callback", type);
        }
    }

    /// {@return a function pointer that lives until C has called it once}
    ///
    /// @param type a callback
    /// @throws BindingException if the type is none, or can not be
    public static <F> F once(NativeType<F> type, F function) {
        return once(type, function, null);
    }

    /// {@return a function pointer that lives until C has called it once}
    ///
    /// @param handler as in [#of(NativeType, Object, Arena, UncaughtExceptionHandler)]
    /// @throws BindingException if the type is none, or can not be
    public static <F> F once(NativeType<F> type, F function, UncaughtExceptionHandler handler) {
        CallbackType callback = callback(type);
        Registration made = Registration.of(callback, unmapped(type, function), origin(), true, handler);
        return function(type, made.pointer(), made);
    }

    /// Implemented by an exception with which a callback refuses a call: the native function gets the error value of
    /// the type, see [NativeType#onError], and the exception is neither thrown at anyone nor logged.
    ///
    /// It is for callbacks that native code still calls although nobody waits for them any more: the call that they
    /// come out of may be somebody else's.
    public interface Refusal {}

    /// A function that C keeps until it says that it does not, as GLib and SQLite do.
    ///
    /// ```java
    /// Upcall.Destroyable<Listener> listener = Upcall.untilDestroyed(LISTENER, (data, x) -> …, this);
    /// library.add_listener(listener.function(), listener.data(), listener.destroy());
    /// ```
    ///
    /// @param function the function pointer
    /// @param data     what C gives the function, and [#destroy] in the end: as an [NativeType#object] it is the
    ///                 user's; a function of C's that takes such an object is given the user's own, or this
    /// @param destroy  C's destroy notify, a `void (*)(void *)` whose call ends the function and the data; it may come
    ///                 by any thread, and from within the function
    public record Destroyable<F>(F function, MemorySegment data, MemorySegment destroy) {}

    /// {@return a function pointer that lives until C calls its destroy notify}
    ///
    /// @param data what the function gets as user data; may be null, and is the function itself then
    /// @throws BindingException if the type is none, or can not be
    public static <F> Destroyable<F> untilDestroyed(NativeType<F> type, F function, Object data) {
        CallbackType callback = callback(type);
        Registration made = Registration.of(callback, unmapped(type, function), origin(), false, null);
        MemorySegment token = Tokens.keep(data == null ? function : data, made);
        return new Destroyable<>(function(type, made.pointer(), made), token, Registration.destroy());
    }

    /// Makes an object known to C for as long as an arena lives: as an argument of [NativeType#object] it is the same
    /// `void *` each time, and a callback that gets it then has the object.
    ///
    /// @return that pointer, which is no address of anything
    /// @throws IllegalStateException if the arena is closed
    public static MemorySegment keep(Object object, Arena arena) {
        MemorySegment token = Tokens.keep(Objects.requireNonNull(object, "object"), null);
        try {
            return Restricted.reinterpret(token, arena, gone -> Tokens.end(gone.address()));
        } catch (RuntimeException closed) {
            Tokens.end(token.address());
            throw MemoryFaults.arena(closed, "object", object.getClass().getTypeName());
        }
    }

    /// {@return a struct of function pointers that call the methods of an object, for as long as an arena lives}
    ///
    /// The methods are read as those of a bound interface are.
    ///
    /// @param face    an interface
    /// @param order   the names of its abstract methods in the order of the struct's members
    /// @throws BindingException      if there is not one abstract method for each name, or one has a type that no
    ///                               native type stands for
    /// @throws IllegalStateException if the arena is closed
    public static <T> MemorySegment table(Class<T> face, T object, Arena arena, String... order) {
        Objects.requireNonNull(object, "object");
        List<Method> methods = AbstractMethods.of(face);
        List<CallbackType> types = new ArrayList<>();
        for (String name : order) {
            List<Method> named = methods.stream().filter(method -> method.getName().equals(name)).toList();
            if (named.size() != 1) {
                throw BindingException.with(Facts.of("Not one abstract method: " + name)
                        .add("interface", face.getTypeName())
                        .add("methods", methods.stream().map(Method::getName).sorted().toList()));
            }
            types.add(Callbacks.ofMethod(face, named.get(0)));
        }
        MemorySegment table;
        try {
            table = arena.allocate(ValueLayout.ADDRESS, Math.max(order.length, 1));
        } catch (RuntimeException thrown) {
            throw MemoryFaults.arena(thrown, "table of", face.getTypeName());
        }
        for (int i = 0; i < order.length; i++) {
            Registration made = Registration.of(types.get(i), object, origin(), false, null);
            table.setAtIndex(ValueLayout.ADDRESS, i, made.until(arena));
        }
        return table;
    }

    /// {@return the function pointer that an object of here, or a function that came from C, is}
    ///
    /// @throws IllegalArgumentException if it is a function of Java
    /// @throws IllegalStateException    if it has ended
    public static <F> MemorySegment address(NativeType<F> type, F function) {
        callback(type);
        CallbackPassing passing = (CallbackPassing) type.passage().conversion();
        MemorySegment known = passing.known(type.passage().unmap(function), null);
        if (known == null) {
            throw new IllegalArgumentException(Facts.of("A function that has no function pointer")
                    .add("type", type)
                    .hint("make one of it, by Upcall.of or stub { }, which lives as long as an arena").toString());
        }
        return known;
    }

    /// {@return the function of C's at an address, such as one that a loader of another library has found}
    ///
    /// Nobody checks that there is one, and that it takes what the type says. It knows its address and nothing else.
    ///
    /// @param type a callback, which says what the function takes and returns
    /// @return null if the address is NULL and the type is [NativeType#orNull]
    /// @throws NullPointerException       if the address is NULL and the type is not [NativeType#orNull]
    /// @throws LibraryNotAllowedException if [NativeLibrary#ALLOW_PROPERTY] or [NativeLibrary#DENY_PROPERTY] is set,
    ///                                    and the function lies in a file that is not admitted
    /// @throws BindingException           if the type is none, or can not be
    public static <F> F at(NativeType<F> type, MemorySegment address) {
        callback(type);
        CallbackPassing passing = (CallbackPassing) type.passage().conversion();
        if (address.address() == 0 && !passing.nullable()) {
            throw new NullPointerException(Facts.of("A function at NULL").add("type", type).toString());
        }
        if (address.address() != 0) {
            NativeLibrary.requireAdmitted(address);
        }
        @SuppressWarnings("unchecked") // the callback's face is of the type
        F function = (F) type.passage().map(passing.raise(address));
        return function;
    }

    /// {@return how often C has called callbacks after their end, in this JVM}
    public static long lateCalls() {
        return Slot.lateCalls();
    }

    private static <F> Object unmapped(NativeType<F> type, F function) {
        return type.passage().unmap(Objects.requireNonNull(function, "function"));
    }

    @SuppressWarnings("unchecked") // the callback's face is of the type
    private static <F> F function(NativeType<F> type, MemorySegment pointer, Registration made) {
        return (F) type.passage().map(made.function(pointer));
    }

    static CallbackType callback(NativeType<?> type) {
        type.requireRight();
        if (type.passage().conversion() instanceof CallbackPassing callback) {
            return callback.type();
        }
        throw (RuntimeException) BindingException.notOf(type, "function pointer", "a callback");
    }

    /// Where it was registered, for the report of a call after its end.
    private static Origin origin() {
        return CALLERS.walk(frames -> frames
                .dropWhile(frame -> frame.getClassName().startsWith("ffi.core.Upcall")
                        || frame.getClassName().startsWith("ffi.dsl.Upcalls"))
                .findFirst().map(frame -> new Origin("at " + frame.toStackTraceElement(), null))
                .orElse(new Origin("by C", null)));
    }
}
