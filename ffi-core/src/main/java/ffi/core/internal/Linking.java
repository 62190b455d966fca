// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;

/// Links the shapes of functions: one handle for all functions whose arguments travel in the same way.
///
/// A shape costs milliseconds, a further function of it next to nothing, so there should be few: an argument narrower
/// than a register is filled up to 64 bits by us, and travels as a `long`. The ABIs of x86-64 (System V and Windows)
/// and AArch64 (AAPCS64) pass such an argument in a whole register or a whole slot of the stack. Apple's ABI packs it
/// on the stack, and there only a function whose integers all fit into registers is linked in this way.
public final class Linking {

    private static final Linker.Option[] PLAIN = {};
    private static final int APPLE_REGISTERS = 8;

    /// Of the 255 that the JVM has for the arguments of a method, what is left beside those of the method handles that
    /// a call goes through. A `long` or `double` takes two.
    public static final int MOST_SLOTS = 248;

    static final String CRITICAL = "critical";
    static final String VARIADIC = "variadic";

    private static final ConcurrentMap<String, MethodHandle> HANDLES = new ConcurrentHashMap<>();
    private static final List<MemoryLayout> STRUCTS = new CopyOnWriteArrayList<>();

    private Linking() {}

    /// Whether the integers of a function may be filled up to 64 bits.
    static boolean widens(List<Passage> parameters) {
        for (int i = 0; Platform.MACOS && i < parameters.size(); i++) { // a struct takes several registers, or none
            if (parameters.get(i).conversion() instanceof Conversion.OfStruct) {
                return false;
            }
        }
        return parameters.size() <= (Platform.MACOS ? APPLE_REGISTERS : MOST_SLOTS / 2);
    }

    static Class<?> carrier(Class<?> carrier, boolean widens) {
        return widens && isNarrow(carrier) ? long.class : carrier;
    }

    static boolean isNarrow(Class<?> carrier) {
        return carrier == int.class || carrier == byte.class || carrier == short.class || carrier == char.class
                || carrier == boolean.class;
    }

    /// {@return a struct's layout as a carrier in the name of a shape}
    static synchronized String struct(MemoryLayout layout) {
        int index = STRUCTS.indexOf(layout);
        if (index < 0) {
            index = STRUCTS.size();
            STRUCTS.add(layout);
        }
        return "S" + index + "$";
    }

    /// {@return the carriers in the name of a shape, with a `_` before the result's}
    private static List<String> split(String shape) {
        List<String> carriers = new ArrayList<>();
        int at = shape.startsWith(CRITICAL) ? CRITICAL.length() : 0;
        at = Math.max(at, shape.lastIndexOf('+') + 1); // behind what it captures, and what it has of variadic ones
        while (at < shape.length()) {
            int end = Passing.isStruct(shape, at) ? shape.indexOf('$', at) + 1 : at + 1;
            carriers.add(shape.substring(at, end));
            at = end;
        }
        return carriers;
    }

    /// {@return the type of a shape's handle: the function's address, room for a struct as the result, room for what is
    /// captured, the arguments}
    static MethodType type(String shape) {
        List<String> carriers = split(shape);
        int arguments = carriers.size() - 2;
        String result = carriers.get(arguments + 1);
        List<Class<?>> parameters = new ArrayList<>();
        parameters.add(MemorySegment.class);
        if (Passing.isStruct(result, 0)) {
            parameters.add(SegmentAllocator.class);
        }
        if (Capture.of(shape) != null) {
            parameters.add(MemorySegment.class);
        }
        for (int i = 0; i < arguments; i++) {
            parameters.add(carrier(carriers.get(i)));
        }
        return MethodType.methodType(carrier(result), parameters);
    }

    private static Class<?> carrier(String carrier) {
        return Passing.isStruct(carrier, 0) ? MemorySegment.class : carrier(carrier.charAt(0));
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

    /// {@return a handle that takes a function's address and then its arguments}
    ///
    /// @param shape the name of the shape, which is the key, since a record's hash costs the first call milliseconds
    /// @throws IllegalCallerException if native access is not enabled
    public static MethodHandle handle(String shape) {
        MethodHandle linked = HANDLES.get(shape);
        return linked != null ? linked : link(shape);
    }

    /// {@return how C calls a function of Java}
    static FunctionDescriptor upcall(Passing passing) {
        return descriptor(passing.upcallShape());
    }

    /// {@return how many shapes are linked}
    static int count() {
        return HANDLES.size();
    }

    static boolean isLinked(String shape) {
        return HANDLES.containsKey(shape);
    }

    private static MethodHandle link(String shape) {
        boolean critical = shape.startsWith(CRITICAL);
        FunctionDescriptor descriptor = descriptor(shape);
        // a critical function may be given memory on the heap
        Linker.Option[] options = critical
                ? new Linker.Option[] {Linker.Option.critical(shape.indexOf('A') >= 0)} : PLAIN;
        Capture capture = Capture.of(shape);
        if (capture != null) {
            options = Arrays.copyOf(options, options.length + 1);
            options[options.length - 1] = capture.option();
        }
        int variadic = shape.indexOf(VARIADIC);
        if (variadic >= 0) {
            int fixed = Integer.parseInt(
                    shape, variadic + VARIADIC.length(), shape.indexOf('+', variadic), 10);
            options = Arrays.copyOf(options, options.length + 1);
            options[options.length - 1] = Linker.Option.firstVariadicArg(fixed);
        }
        MethodHandle handle = Restricted.downcallHandle(descriptor, options);
        MethodHandle earlier = HANDLES.putIfAbsent(shape, handle);
        return earlier != null ? earlier : handle;
    }

    private static FunctionDescriptor descriptor(String shape) {
        List<String> carriers = split(shape);
        MemoryLayout[] parameters = new MemoryLayout[carriers.size() - 2];
        for (int i = 0; i < parameters.length; i++) {
            parameters[i] = layout(carriers.get(i));
        }
        String result = carriers.get(parameters.length + 1);
        return result.equals("V")
                ? FunctionDescriptor.ofVoid(parameters) : FunctionDescriptor.of(layout(result), parameters);
    }

    private static MemoryLayout layout(String named) {
        if (Passing.isStruct(named, 0)) {
            return STRUCTS.get(Integer.parseInt(named, 1, named.length() - 1, 10));
        }
        Class<?> carrier = carrier(named.charAt(0));
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
        return handle(name);
    }

    /// {@return nothing: throws what a method handle threw, checked or not}
    @SuppressWarnings("unchecked")
    public static <E extends Throwable> RuntimeException sneak(Throwable thrown) throws E {
        throw (E) thrown;
    }
}
