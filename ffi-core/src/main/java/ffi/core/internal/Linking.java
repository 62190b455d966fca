// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Links the shapes of functions: one handle for all functions whose arguments travel in the same way.
///
/// A shape costs milliseconds, a further function of it next to nothing, so there should be few: an argument narrower
/// than a register is filled up to 64 bits by us, and travels as a `long`. The ABIs of x86-64 (System V and Windows) and
/// AArch64 (AAPCS64) pass such an argument in a whole register or a whole slot of the stack. Apple's ABI packs it on
/// the stack, and there only a function whose integers all fit into registers is linked in this way.
public final class Linking {

    private static final Linker.Option[] PLAIN = {};
    private static final int APPLE_REGISTERS = 8;

    /// Of the 255 that the JVM has for the arguments of a method, what is left beside those of the method handles that a
    /// call goes through. A `long` or `double` takes two.
    public static final int MOST_SLOTS = 248;

    private static final ConcurrentMap<String, MethodHandle> HANDLES = new ConcurrentHashMap<>();

    /// How the arguments of a function travel.
    ///
    /// @param carriers after filling up
    /// @param critical whether the call leaves out the thread's state transition
    public record Shape(MethodType carriers, boolean critical) {

        private static final String CRITICAL = "critical";

        /// {@return its carriers' letters, the result's last, such as `JJ_J`, as the name of a dynamic constant}
        String name() {
            StringBuilder name = new StringBuilder(critical ? CRITICAL : "");
            for (int i = 0; i < carriers.parameterCount(); i++) {
                name.append(letter(carriers.parameterType(i)));
            }
            return name.append('_').append(letter(carriers.returnType())).toString();
        }

        static Shape of(String name) {
            boolean critical = name.startsWith(CRITICAL);
            int from = critical ? CRITICAL.length() : 0;
            Class<?>[] parameters = new Class<?>[name.length() - 2 - from];
            for (int i = 0; i < parameters.length; i++) {
                parameters[i] = carrier(name.charAt(from + i));
            }
            return new Shape(MethodType.methodType(carrier(name.charAt(name.length() - 1)), parameters), critical);
        }

        private static char letter(Class<?> carrier) {
            return carrier == MemorySegment.class ? 'A' : carrier.descriptorString().charAt(0);
        }

        private static Class<?> carrier(char letter) {
            return switch (letter) {
                case 'J' -> long.class;
                case 'A' -> MemorySegment.class;
                case 'D' -> double.class;
                case 'F' -> float.class;
                case 'V' -> void.class;
                case 'I' -> int.class;
                case 'S' -> short.class;
                case 'C' -> char.class;
                case 'B' -> byte.class;
                default -> boolean.class;
            };
        }
    }

    private Linking() {}

    /// {@return the shape of a function}
    public static Shape shape(Passage result, List<Passage> parameters, boolean critical) {
        int most = Platform.MACOS ? APPLE_REGISTERS : MOST_SLOTS / 2;
        boolean widens = parameters.size() <= most;
        Class<?>[] carriers = new Class<?>[parameters.size()];
        for (int i = 0; i < carriers.length; i++) {
            carriers[i] = carrier(parameters.get(i).carrier(), widens);
        }
        return new Shape(MethodType.methodType(carrier(result.carrier(), widens), carriers), critical);
    }

    private static Class<?> carrier(Class<?> carrier, boolean widens) {
        return widens && isNarrow(carrier) ? long.class : carrier;
    }

    static boolean isNarrow(Class<?> carrier) {
        return carrier == int.class || carrier == byte.class || carrier == short.class || carrier == char.class
                || carrier == boolean.class;
    }

    /// {@return a handle that takes a function's address and then its arguments}
    ///
    /// @throws IllegalCallerException if native access is not enabled
    public static MethodHandle handle(Shape shape) {
        String name = shape.name(); // the key, since a record's hash costs the first call of a program milliseconds
        MethodHandle linked = HANDLES.get(name);
        return linked != null ? linked : link(name, shape);
    }

    private static MethodHandle link(String name, Shape shape) {
        MethodType type = shape.carriers;
        MemoryLayout[] parameters = new MemoryLayout[type.parameterCount()];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = layout(type.parameterType(i));
        }
        FunctionDescriptor descriptor = type.returnType() == void.class
                ? FunctionDescriptor.ofVoid(parameters)
                : FunctionDescriptor.of(layout(type.returnType()), parameters);
        Linker.Option[] options = shape.critical ? new Linker.Option[] {Linker.Option.critical(false)} : PLAIN;
        MethodHandle handle = Restricted.downcallHandle(descriptor, options);
        MethodHandle earlier = HANDLES.putIfAbsent(name, handle);
        return earlier != null ? earlier : handle;
    }

    private static MemoryLayout layout(Class<?> carrier) {
        if (carrier == long.class) {
            return ValueLayout.JAVA_LONG;
        } else if (carrier == double.class) {
            return ValueLayout.JAVA_DOUBLE;
        } else if (carrier == float.class) {
            return ValueLayout.JAVA_FLOAT;
        } else if (carrier == MemorySegment.class) {
            return ValueLayout.ADDRESS;
        } else if (carrier == int.class) {
            return ValueLayout.JAVA_INT;
        } else if (carrier == byte.class) {
            return ValueLayout.JAVA_BYTE;
        } else if (carrier == short.class) {
            return ValueLayout.JAVA_SHORT;
        } else if (carrier == char.class) {
            return ValueLayout.JAVA_CHAR;
        }
        return ValueLayout.JAVA_BOOLEAN;
    }

    /// The bootstrap method of generated code's handles: the name says it all, since an argument more would cost the
    /// JVM a millisecond at the first call.
    public static MethodHandle handle(MethodHandles.Lookup caller, String name, Class<?> type) {
        return handle(Shape.of(name));
    }

    /// {@return nothing: throws what a method handle threw, checked or not}
    @SuppressWarnings("unchecked")
    public static <E extends Throwable> RuntimeException sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
