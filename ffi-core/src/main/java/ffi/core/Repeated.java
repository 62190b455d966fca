// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;

import java.lang.annotation.Annotation;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/// A method that an interface inherits from two others.
final class Repeated {

    private static final List<String> OTHER_WORDS = List.of("ffi.core.Owned", "ffi.core.CancelledBy",
            "ffi.core.Interruptible", "ffi.coroutines.Detachable"); // by name, which loads no class that is seldom used

    private Repeated() {}

    /// Which of two methods Java counts first is nobody's to know, so both must be the same function.
    static void requireAlike(
            Class<?> face, Method one, Bindings.Declaration read, Method other, Bindings.Declaration same) {
        if (read.symbols().equals(same.symbols())
                && read.optional() == same.optional() && read.variable() == same.variable()
                && read.signature().toString().equals(same.signature().toString()) && words(one).equals(words(other))) {
            return;
        }
        List<String> methods =
                new ArrayList<>(List.of(BindingException.describe(one), BindingException.describe(other)));
        methods.sort(null);
        throw BindingException.with(Facts.of("A method that two interfaces declare differently")
                .add("of", methods.get(0))
                .add("and", methods.get(1))
                .hint("declare it in " + face.getTypeName() + " as well, which is then the one that counts"));
    }

    /// {@return what annotations say of a method that a [Bindings.Declaration] does not}
    private static Set<Annotation> words(Method method) {
        Set<Annotation> words = new HashSet<>();
        for (Annotation annotation : method.getAnnotations()) {
            if (OTHER_WORDS.contains(annotation.annotationType().getName())) {
                words.add(annotation);
            }
        }
        return words;
    }
}
