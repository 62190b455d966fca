// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Faces;
import ffi.core.internal.Facts;

import java.lang.reflect.Method;

/// A declaration that no function of C can stand behind.
public final class BindingException extends IllegalArgumentException {

    private static final long serialVersionUID = 1;

    // the wider type of what is made spares the verifier from loading this class where nothing is wrong

    /// One with a message in the words of who declares.
    ///
    /// @param message a headline, and facts below it
    public BindingException(String message) {
        super(message);
    }

    BindingException(Facts facts) {
        super(facts.toString());
    }

    BindingException(Facts facts, Throwable cause) {
        super(facts.toString(), cause);
    }

    static IllegalArgumentException with(Facts facts) {
        return new BindingException(facts);
    }

    static IllegalArgumentException with(Facts facts, Throwable cause) {
        return new BindingException(facts, cause);
    }

    /// An exception is thrown anew, with the stack of who uses what is wrong.
    static IllegalArgumentException again(IllegalArgumentException wrong) {
        IllegalArgumentException again = new BindingException(wrong.getMessage());
        if (wrong.getCause() != null) {
            again.initCause(wrong.getCause());
        }
        return again;
    }

    static IllegalArgumentException of(String headline, Method method, String hint) {
        return new BindingException(Facts.of(headline).add("of", describe(method)).hint(hint));
    }

    /// {@return the exception with the method added, which an exception of a type does not name}
    static IllegalArgumentException in(Method method, BindingException wrong) {
        String message = wrong.getMessage();
        if (message.contains("\n  of: ") || wrong.getCause() instanceof IllegalAccessException) { // it names a class
            return wrong;
        }
        int hint = message.indexOf("\n  hint: ");
        String facts = hint < 0 ? message : message.substring(0, hint);
        IllegalArgumentException named = new BindingException(Facts.again(facts).add("of", describe(method))
                + (hint < 0 ? "" : message.substring(hint).replace("sized(n), sizedBy(argument) or terminated()",
                        "@Length(n), @Length(argument = n) or @Terminated")));
        named.initCause(wrong.getCause());
        return named;
    }

    static IllegalArgumentException notAnInterface(Class<?> type) {
        return new BindingException(Facts.of("Not an interface that can be bound: " + type.getTypeName())
                .hint("it is an interface, neither sealed nor an annotation"));
    }

    static IllegalArgumentException notOf(Object type, String word, String expected) {
        return new BindingException(Facts.of("A type that has no " + word)
                .add("type", type)
                .add("expected", expected));
    }

    static IllegalArgumentException tooManyMethods(Class<?> face, int found, int most) {
        return new BindingException(Facts.of("More methods than one class can hold: " + face.getTypeName())
                .add("found", found)
                .add("at most", most)
                .hint("bind several interfaces"));
    }

    static IllegalArgumentException tooLarge(Class<?> face, int methods) {
        return new BindingException(Facts.of("Methods that need more than one class can hold: " + face.getTypeName())
                .add("found", methods + " methods")
                .hint(Faces.watches() ? "bind several interfaces, or have fewer functions traced or recorded"
                        : "bind several interfaces"));
    }

    static IllegalArgumentException notFreeing(Downcall function) {
        return new BindingException(Facts.of("A function that frees takes one pointer")
                .add("function", function)
                .hint("declare its parameter address"));
    }

    static IllegalArgumentException enumeration(Class<?> type, String found) {
        return new BindingException(Facts.of("Not the constants of a C enumeration")
                .add("type", type.getTypeName())
                .add("found", found));
    }

    static IllegalArgumentException enumeration(Class<?> type, String found, Throwable cause) {
        IllegalArgumentException wrong = enumeration(type, found);
        wrong.initCause(cause);
        return wrong;
    }

    /// `int samples.LibSum.sum(int, int)`, without modifiers, which say nothing here.
    static String describe(Method method) {
        StringBuilder text = new StringBuilder(method.getReturnType().getTypeName()).append(' ')
                .append(method.getDeclaringClass().getTypeName()).append('.').append(method.getName()).append('(');
        Class<?>[] parameters = method.getParameterTypes();
        for (int i = 0; i < parameters.length; i++) {
            text.append(i == 0 ? "" : ", ").append(parameters[i].getTypeName());
        }
        return text.append(')').toString();
    }
}
