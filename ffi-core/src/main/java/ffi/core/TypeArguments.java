// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/// Types with type arguments, in which the variables of the interface around them have been replaced.
final class TypeArguments {

    private static final int DEEPEST = 8; // `interface F<T> { F<List<T>> next(); }` has no end

    private TypeArguments() {}

    /// {@return the type with what stands for its variables; what is not known stays a variable}
    ///
    /// @param known what stands for the variables
    static Type resolve(Type type, Map<TypeVariable<?>, Type> known) {
        if (known.isEmpty()) {
            return type;
        }
        Type resolved = replace(type, known);
        return depth(resolved) > DEEPEST ? type : resolved;
    }

    private static Type replace(Type type, Map<TypeVariable<?>, Type> known) {
        return switch (type) {
            case TypeVariable<?> variable -> known.getOrDefault(variable, variable);
            case ParameterizedType generic -> {
                Type[] given = generic.getActualTypeArguments();
                Type[] arguments = new Type[given.length];
                for (int i = 0; i < given.length; i++) {
                    arguments[i] = replace(given[i], known);
                }
                yield Arrays.equals(given, arguments) ? type
                        : new Resolved(generic.getRawType(), generic.getOwnerType(), arguments);
            }
            case WildcardType any -> {
                Type bound = any.getLowerBounds().length > 0 ? any.getLowerBounds()[0] : any.getUpperBounds()[0];
                Type replaced = replace(bound, known);
                yield replaced.equals(bound) ? type : replaced;
            }
            default -> type;
        };
    }

    private static int depth(Type type) {
        int deepest = 0;
        if (type instanceof ParameterizedType generic) {
            for (Type argument : generic.getActualTypeArguments()) {
                deepest = Math.max(deepest, depth(argument) + 1);
            }
        }
        return deepest;
    }

    /// Equal to what the JDK reads of the same type.
    private record Resolved(Type raw, Type owner, Type[] arguments) implements ParameterizedType {

        @Override
        public Type getRawType() {
            return raw;
        }

        @Override
        public Type getOwnerType() {
            return owner;
        }

        @Override
        public Type[] getActualTypeArguments() {
            return arguments.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof ParameterizedType type && raw.equals(type.getRawType())
                    && Objects.equals(owner, type.getOwnerType())
                    && Arrays.equals(arguments, type.getActualTypeArguments());
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(arguments) ^ Objects.hashCode(owner) ^ Objects.hashCode(raw);
        }

        @Override
        public String toString() {
            return raw.getTypeName() + Arrays.stream(arguments).map(Type::getTypeName)
                    .collect(Collectors.joining(", ", "<", ">"));
        }
    }
}
