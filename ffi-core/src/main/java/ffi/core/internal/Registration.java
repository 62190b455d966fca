// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.Thread.UncaughtExceptionHandler;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/// A function that C keeps, from its registration to its end, which is to run this.
public final class Registration implements Runnable {

    /// C's `void (*)(void *)` that ends what belongs to a number of [Tokens].
    @FunctionalInterface
    public interface Destroy {
        void destroyed(MemorySegment data);
    }

    private static final class OfDestroy {
        static final MemorySegment POINTER = CallbackType.of("destroy notify", Destroy.class, "destroyed",
                MethodType.methodType(void.class, MemorySegment.class),
                new Call(new Passage("void", void.class, null, false, null, List.of()),
                        List.of(Pointers.ADDRESS), false), null, null)
                .register((Destroy) data -> Tokens.end(data.address()), Origin.BY_C, false, null).stub();
    }

    private final CallbackType type;
    private final Slot slot;
    private final Life life;
    private final AtomicBoolean ended = new AtomicBoolean();

    private Registration(CallbackType type, Slot slot) {
        this.type = type;
        this.slot = slot;
        life = slot.begin();
    }

    /// @param origin  where, for messages
    /// @param once    whether the first call of C's ends it
    /// @param handler of exceptions on threads that C made; null for the thread's own
    public static Registration of(
            CallbackType type, Object function, Origin origin, boolean once, UncaughtExceptionHandler handler) {
        return new Registration(type, type.register(function, origin, once, handler));
    }

    /// {@return a destroy notify, the same for all}
    public static MemorySegment destroy() {
        return OfDestroy.POINTER;
    }

    /// {@return the function pointer}
    public MemorySegment pointer() {
        return slot.stub();
    }

    /// {@return the function pointer, which ends with an arena}
    ///
    /// @throws IllegalStateException if it is closed
    public MemorySegment until(Arena arena) {
        try {
            return Restricted.reinterpret(slot.stub(), arena, _ -> run());
        } catch (RuntimeException closed) {
            run();
            throw closed;
        }
    }

    /// {@return the function pointer as an object of the face}
    ///
    /// @param pointer as it was got here
    public Object function(MemorySegment pointer) {
        return type.function(pointer, slot, life);
    }

    @Override
    public void run() {
        if (ended.compareAndSet(false, true)) { // or another function would be ended
            slot.stubs().retire(slot);
        }
    }
}
