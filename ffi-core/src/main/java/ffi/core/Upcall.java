// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.CallbackPassing;
import ffi.core.internal.CallbackType;
import ffi.core.internal.Slot;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
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
/// What is made here is an object of the same interface, which is passed to C as the pointer that it is; Java may call it
/// too, by way of C. C may call it by any thread. When it throws, C gets the error value of its type, see
/// [NativeType#onError], and the exception is thrown at the caller of the function of C's that called it; on a thread that
/// C made it goes to the thread's uncaught exception handler.
///
/// After its end the pointer is not freed but made a tombstone: C that calls it gets the error value, and a warning says
/// who registered it.
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
        Objects.requireNonNull(function, "function");
        return function(callback, callback.register(type.passage().unmap(function), arena, caller(), handler), type);
    }

    /// {@return a function pointer that lives until C has called it once}
    ///
    /// @param type a callback
    /// @throws BindingException if the type is none, or can not be
    public static <F> F once(NativeType<F> type, F function) {
        CallbackType callback = callback(type);
        Objects.requireNonNull(function, "function");
        return function(callback, callback.registerOnce(type.passage().unmap(function), caller(), null), type);
    }

    /// {@return the function pointer that an object of here, or a function that came from C, is}
    ///
    /// @throws IllegalArgumentException if it is a function of Java
    public static <F> MemorySegment address(NativeType<F> type, F function) {
        callback(type);
        return ((CallbackPassing) type.passage().conversion()).known(type.passage().unmap(function));
    }

    /// {@return how often C has called callbacks after their end, in this JVM}
    public static long lateCalls() {
        return Slot.lateCalls();
    }

    @SuppressWarnings("unchecked") // the callback's face is of the type
    private static <F> F function(CallbackType callback, MemorySegment pointer, NativeType<F> type) {
        return (F) type.passage().map(callback.function(pointer));
    }

    private static CallbackType callback(NativeType<?> type) {
        type.requireRight();
        if (type.passage().conversion() instanceof CallbackPassing callback) {
            return callback.type();
        }
        throw (RuntimeException) BindingException.notOf(type, "function", "a callback");
    }

    /// Where it was registered, for the report of a call after its end.
    private static Object caller() {
        return CALLERS.walk(frames -> frames
                .dropWhile(frame -> frame.getClassName().startsWith("ffi.core.") || frame.getClassName().startsWith("ffi.dsl."))
                .findFirst().<Object>map(StackWalker.StackFrame::toStackTraceElement).orElse("by C"));
    }
}
