// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Accessor;

import java.lang.foreign.MemorySegment;
import java.lang.reflect.Method;
import java.util.function.Supplier;

/// A variable behind the methods of a bound interface.
record Access(Variable<Object> variable) implements Accessor {

    /// The variable that a method reads or writes.
    static Access of(
            Bindings.Declaration read, Method method, Supplier<NativeLibrary> library, MemorySegment.Scope scope) {
        Signature signature = read.signature();
        boolean reads = signature.parameters().isEmpty() && method.getReturnType() != void.class;
        if (!reads && (signature.parameters().size() != 1 || method.getReturnType() != void.class)) {
            throw BindingException.of("A method that neither reads nor writes a variable", method,
                    "one that reads takes nothing, and one that writes takes the value and returns nothing");
        }
        if (read.departure() != null) {
            throw BindingException.of("A variable that another thread is to read", method,
                    "return what the variable holds");
        }
        if (signature.critical() || method.isAnnotationPresent(Owned.class)) {
            throw BindingException.of("Only a function is " + (signature.critical() ? "critical" : "owned"), method,
                    "take the annotation from the variable");
        }
        @SuppressWarnings("unchecked") // the generated method casts
        NativeType<Object> type = (NativeType<Object>) (reads ? signature.result() : signature.parameters().get(0));
        Variable<Object> variable = Variable.declare(library, scope, read.symbols(), type);
        return new Access(read.optional() ? variable.optional() : variable);
    }

    @Override
    public Object read() {
        return variable.get();
    }

    @Override
    public void write(Object value) {
        variable.set(value);
    }

    @Override
    public MemorySegment link() {
        return variable.segment();
    }

    @Override
    public String toString() {
        return variable.toString();
    }
}
