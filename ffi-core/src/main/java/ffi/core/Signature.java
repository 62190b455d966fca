// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ArrayPassing;
import ffi.core.internal.BufferPassing;
import ffi.core.internal.CallbackPassing;
import ffi.core.internal.Call;
import ffi.core.internal.Conversion;
import ffi.core.internal.Facts;
import ffi.core.internal.Linking;
import ffi.core.internal.Passage;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodType;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/// What a function takes and returns, and how it is called.
///
/// @param result     what it returns, or [NativeType#VOID]
/// @param parameters what it takes, in order
/// @param critical   whether it is called without telling the JVM, see [#asCritical]
/// @param fixed      how many of the parameters C's declaration names, if it has `...` behind them; else -1
public record Signature(NativeType<?> result, List<NativeType<?>> parameters, boolean critical, int fixed) {

    /// A signature with a fixed number of parameters.
    ///
    /// @throws BindingException if a type can not be, or a parameter is [NativeType#VOID] or owned
    public Signature(NativeType<?> result, List<NativeType<?>> parameters, boolean critical) {
        this(result, parameters, critical, -1);
    }

    /// A signature, whose types are checked.
    ///
    /// @throws BindingException if a type can not be, or a parameter is [NativeType#VOID] or owned
    public Signature {
        parameters = List.copyOf(parameters);
        result.requireRight();
        if (result.isParameter()) {
            throw BindingException.with(Facts.of("A type of a parameter, and not of a result").add("type", result));
        }
        requireByValue(result, -1);
        requireEnd(result, parameters);
        long slots = 0;
        for (int i = 0; i < parameters.size(); i++) {
            parameters.get(i).requireRight();
            requireByValue(parameters.get(i), i);
            if (critical && parameters.get(i).passage().conversion() instanceof CallbackPassing) {
                throw BindingException.with(Facts.of("A critical function can not call back")
                        .add("type", parameters.get(i))
                        .add("as", "parameter " + (i + 1))
                        .hint("call it without critical: the VM would end when C calls back"));
            }
            Class<?> carrier = parameters.get(i).passage().carrier();
            slots += parameters.get(i).passage().conversion() instanceof Conversion.OfStruct struct
                    ? struct.structure().slots()
                    : carrier == MemorySegment.class && critical ? 3 // the JDK makes an object and an offset of it
                    : carrier == long.class || carrier == double.class || carrier == MemorySegment.class ? 2 : 1;
            if (parameters.get(i).passage().conversion() instanceof OutPassing out && !out.hasEnd()) {
                throw BindingException.with(Facts.of("A pointer to values of unknown number")
                        .add("type", parameters.get(i))
                        .add("as", "parameter " + (i + 1))
                        .hint("say how many there are: sized(n)"));
            }
            if (parameters.get(i).passage().layout() == null) {
                throw isVoid(i, result + " " + parameters.toString().replace('[', '(').replace(']', ')'));
            }
            if (parameters.get(i).passage().capture() != null) {
                throw BindingException.with(Facts.of("Only a result has an errno")
                        .add("type", parameters.get(i))
                        .add("as", "parameter " + (i + 1)));
            }
            if (parameters.get(i).isOwned() || holdsOwned(parameters.get(i).passage().conversion())) {
                throw BindingException.with(Facts.of("An owned type is one of a result")
                        .add("type", parameters.get(i))
                        .add("as", "parameter " + (i + 1)));
            }
        }
        for (int i = fixed; i >= 0 && i < parameters.size(); i++) {
            if (parameters.get(i).passage().carrier() == float.class) {
                throw BindingException.with(Facts.of("C promotes a float behind the ... of a function")
                        .add("type", parameters.get(i))
                        .add("as", "parameter " + (i + 1))
                        .hint("declare it f64"));
            }
        }
        if (slots > Linking.MOST_SLOTS) {
            throw BindingException.with(Facts.of("More parameters than a method of the JVM can have")
                    .add("slots", slots + ", at most " + Linking.MOST_SLOTS)
                    .hint("a long, a double, a text and a pointer take two slots each, a struct two for each 8 bytes"));
        }
    }

    /// @throws BindingException if a parameter of the function is [NativeType#VOID]
    static void requireNoVoid(String symbol, NativeType<?> result, NativeType<?>... parameters) {
        for (int i = 0; i < parameters.length; i++) {
            if (parameters[i] == NativeType.VOID) {
                StringBuilder function = new StringBuilder(symbol).append(": ").append(result).append(" (");
                for (int j = 0; j < parameters.length; j++) {
                    function.append(j == 0 ? "" : ", ").append(parameters[j]);
                }
                throw isVoid(i, function.append(')').toString());
            }
        }
    }

    private static IllegalArgumentException isVoid(int parameter, String function) {
        return BindingException.with(Facts.of("void is the type of no parameter")
                .add("as", "parameter " + (parameter + 1))
                .add("function", function)
                .hint("a function that C declares with (void) has no parameters"));
    }

    /// Of a callback it is Java that an array is given to, and another parameter may say its size; C sees a pointer.
    ///
    /// @throws BindingException if no function of C's can be called with it
    void requireDowncall() {
        for (int i = 0; i < parameters.size(); i++) {
            Conversion conversion = parameters.get(i).passage().conversion();
            if (conversion instanceof ArrayPassing array && array.counter() >= 0
                    || conversion instanceof BufferPassing buffer && buffer.counter() >= 0) {
                throw BindingException.with(Facts.of("Only of a result another parameter says the size")
                        .add("type", parameters.get(i))
                        .add("as", "parameter " + (i + 1)));
            }
        }
    }

    /// Whether what comes back would be given back, though it may be what we gave.
    private static boolean holdsOwned(Conversion conversion) {
        return conversion instanceof ArrayPassing array && array.elements().owns()
                || conversion instanceof OutPassing out && out.in() && out.cell().owns();
    }

    private static void requireEnd(NativeType<?> result, List<NativeType<?>> parameters) {
        Conversion conversion = result.passage().conversion();
        int counter = conversion instanceof ArrayPassing array ? array.counter()
                : conversion instanceof BufferPassing buffer ? buffer.counter() : -1;
        if (conversion instanceof ArrayPassing array && !array.hasEnd()
                || conversion instanceof BufferPassing buffer && buffer.count() < 0 && counter < 0) {
            throw BindingException.with(Facts.of("A result of unknown size")
                    .add("type", result)
                    .hint("say how many elements it has: sized(n), sizedBy(argument) or terminated()"));
        }
        if (counter >= parameters.size() || counter >= 0 && !counts(parameters.get(counter).passage())) {
            throw BindingException.with(Facts.of("A result whose size no parameter says")
                    .add("type", result)
                    .add("parameter", counter >= parameters.size() ? "there is none" : parameters.get(counter))
                    .hint("sizedBy takes the number of a parameter, from 0, which is an integer or an out of one"));
        }
    }

    /// {@return whether it is an integer, or a pointer to one}
    static boolean counts(Passage passage) {
        Passage counted = passage.conversion() instanceof OutPassing out ? out.passage() : passage;
        Class<?> carrier = counted.carrier();
        return (counted.conversion() == null || counted.conversion() instanceof Conversion.Checked)
                // a field is read by its cell, which minds its order
                && (passage == counted || counted.layout().order() == ByteOrder.nativeOrder())
                && (carrier == int.class || carrier == long.class || carrier == short.class || carrier == byte.class);
    }

    /// @param parameter which one, from 0; -1 for the result: its words are put together only if they are needed
    private static void requireByValue(NativeType<?> type, int parameter) {
        ValueLayout layout = type.passage().layout();
        if (layout != null && layout.byteSize() > 1 && layout.order() != ByteOrder.nativeOrder()) {
            throw BindingException.with(Facts.of("Only memory has a byte order")
                    .add("type", type)
                    .add("as", parameter < 0 ? "the result" : "parameter " + (parameter + 1))
                    .hint("pass it as the machine has it, or a pointer to it"));
        }
        if (type.passage().conversion() instanceof Conversion.OfStruct struct && struct.structure().fault() != null) {
            throw BindingException.with(Facts.of("A struct that can not be passed by value")
                    .add("type", type)
                    .add("as", parameter < 0 ? "the result" : "parameter " + (parameter + 1))
                    .add("found", struct.structure().fault())
                    .hint("pass a pointer to it"));
        }
    }

    /// {@return the signature of a function that takes these parameters}
    ///
    /// @throws BindingException if a type can not be, or a parameter is [NativeType#VOID] or owned
    public static Signature of(NativeType<?> result, NativeType<?>... parameters) {
        return new Signature(result, List.of(parameters), false);
    }

    /// {@return this signature, of a function that is called without telling the JVM}
    ///
    /// Such a call is three times faster. The function must be done within microseconds, for the garbage collector, and
    /// with it every thread, waits for it; and it must not call back, which ends the VM. It is for getters, arithmetic
    /// and short hashes. Source: [java.lang.foreign.Linker.Option#critical].
    public Signature asCritical() {
        return new Signature(result, parameters, true, fixed);
    }

    /// {@return this signature, of a function that takes more arguments than C's declaration names:
    /// `printf(const char *, ...)`}
    ///
    /// Those behind the first `fixed` travel as C promotes them, which is another way than that of parameters on some
    /// machines, Apple's among them. A `float` is a `double` there.
    ///
    /// @param fixed how many are named
    /// @throws IllegalArgumentException if there are fewer
    public Signature asVariadic(int fixed) {
        if (fixed < 0 || fixed > parameters.size()) {
            throw new IllegalArgumentException("fixed: " + fixed + ", parameters: " + parameters.size());
        }
        return new Signature(result, parameters, critical, fixed);
    }

    /// {@return this signature without what [NativeType#map] made of its types}
    Signature unmapped() {
        List<NativeType<?>> types = new ArrayList<>(parameters.size());
        for (NativeType<?> parameter : parameters) {
            types.add(parameter.unmapped());
        }
        return new Signature(result.passage().capture() != null ? result : result.unmapped(), types, critical, fixed);
    }

    Call call() {
        List<Passage> passages = new ArrayList<>(parameters.size());
        for (NativeType<?> parameter : parameters) {
            passages.add(critical ? parameter.passage().critical() : parameter.passage());
        }
        return new Call(result.passage(), passages, critical, fixed);
    }

    /// {@return the type of a handle of this signature: primitive where Java's type is}
    MethodType methodType() {
        Class<?>[] types = new Class<?>[parameters.size()];
        for (int i = 0; i < types.length; i++) {
            types[i] = javaType(parameters.get(i).passage());
        }
        return MethodType.methodType(javaType(result.passage()), types);
    }

    static Class<?> javaType(Passage passage) {
        return passage.mappings().isEmpty() ? passage.javaType() : Object.class;
    }

    /// {@return such as `i32 (i32, cstring)`, with ` critical` behind it if it is; `i32 (cstring, ..., f64)` if it is
    /// variadic}
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(result.toString()).append(" (");
        for (int i = 0; i < parameters.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(i == fixed ? "..., " : "").append(parameters.get(i));
        }
        if (fixed == parameters.size()) {
            text.append(fixed == 0 ? "..." : ", ...");
        }
        return text.append(critical ? ") critical" : ")").toString();
    }
}
