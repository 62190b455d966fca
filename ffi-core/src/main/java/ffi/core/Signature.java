// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Call;
import ffi.core.internal.Facts;
import ffi.core.internal.Linking;
import ffi.core.internal.Passage;

import java.lang.invoke.MethodType;
import java.util.ArrayList;
import java.util.List;

/// What a function takes and returns, and how it is called.
///
/// @param result     what it returns, or [NativeType#VOID]
/// @param parameters what it takes, in order
/// @param critical   whether it is called without telling the JVM, see [#asCritical]
public record Signature(NativeType<?> result, List<NativeType<?>> parameters, boolean critical) {

    /// @throws BindingException if a type can not be, or a parameter is [NativeType#VOID] or owned
    public Signature {
        parameters = List.copyOf(parameters);
        result.requireRight();
        int slots = 0;
        for (int i = 0; i < parameters.size(); i++) {
            parameters.get(i).requireRight();
            Class<?> carrier = parameters.get(i).passage().carrier();
            slots += carrier == long.class || carrier == double.class ? 2 : 1;
            if (parameters.get(i).passage().layout() == null) {
                throw BindingException.with(Facts.of("void is the type of no parameter").add("as", "parameter " + (i + 1)));
            }
            if (parameters.get(i).isOwned()) {
                throw BindingException.with(Facts.of("An owned type is one of a result")
                        .add("type", parameters.get(i))
                        .add("as", "parameter " + (i + 1)));
            }
        }
        if (slots > Linking.MOST_SLOTS) {
            throw BindingException.with(Facts.of("More parameters than a method of the JVM can have")
                    .add("slots", slots + ", at most " + Linking.MOST_SLOTS)
                    .hint("a long, a double and a text take two slots each"));
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
        return new Signature(result, parameters, true);
    }

    /// {@return this signature without what [NativeType#map] made of its types}
    Signature unmapped() {
        List<NativeType<?>> types = new ArrayList<>(parameters.size());
        for (NativeType<?> parameter : parameters) {
            types.add(parameter.unmapped());
        }
        return new Signature(result.unmapped(), types, critical);
    }

    Call call() {
        List<Passage> passages = new ArrayList<>(parameters.size());
        for (NativeType<?> parameter : parameters) {
            passages.add(parameter.passage());
        }
        return new Call(result.passage(), passages, critical);
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

    /// {@return such as `i32 (i32, cstring)`, with ` critical` behind it if it is}
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder(result.toString()).append(" (");
        for (int i = 0; i < parameters.size(); i++) {
            text.append(i == 0 ? "" : ", ").append(parameters.get(i));
        }
        return text.append(critical ? ") critical" : ")").toString();
    }
}
