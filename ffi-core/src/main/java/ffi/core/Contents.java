// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Bound;
import ffi.core.internal.Target;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// The functions and variables behind an interface that was bound.
final class Contents {

    private Contents() {}

    private static Target[] targets(Object bound) {
        if (!(Objects.requireNonNull(bound, "bound") instanceof Bound functions)) {
            throw new IllegalArgumentException("not a bound interface: " + bound.getClass().getTypeName());
        }
        return functions.targets();
    }

    static List<Downcall> functions(Object bound) {
        List<Downcall> downcalls = new ArrayList<>();
        for (Target target : targets(bound)) {
            if (!(target instanceof Access)) {
                downcalls.add(Downcall.of(target));
            }
        }
        return downcalls;
    }

    static List<Variable<?>> variables(Object bound) {
        List<Variable<?>> variables = new ArrayList<>();
        for (Target target : targets(bound)) {
            if (target instanceof Access(var variable)) {
                addOnce(variables, variable);
            }
        }
        return variables;
    }

    /// Of the methods that read and write one variable the one is taken that has been called.
    private static void addOnce(List<Variable<?>> variables, Variable<?> variable) {
        for (int i = 0; i < variables.size(); i++) {
            Variable<?> known = variables.get(i);
            if (known.symbol().equals(variable.symbol()) && known.type().equals(variable.type())) {
                if (((Located<?>) variable).isLinked()) {
                    variables.set(i, variable);
                }
                return;
            }
        }
        variables.add(variable);
    }

    static void link(Object bound) {
        List<Downcall> functions = functions(bound);
        List<Variable<?>> variables = variables(bound);
        if (!functions.isEmpty() || !variables.isEmpty()) {
            LibraryReport.requireAll(library(functions, variables), functions, variables);
        }
        for (Downcall function : functions) {
            function.linkUnlessOptional();
        }
    }

    private static Supplier<NativeLibrary> library(List<Downcall> functions, List<Variable<?>> variables) {
        return functions.isEmpty() ? ((Located<?>) variables.get(0)).library() : functions.get(0).library();
    }

    static LibraryReport report(Object bound) {
        List<Downcall> functions = functions(bound); // in no order: a class lists its methods as it likes
        functions.sort(Comparator.comparing(Downcall::symbol));
        List<Variable<?>> variables = variables(bound);
        variables.sort(Comparator.comparing(Variable::symbol));
        if (functions.isEmpty() && variables.isEmpty()) {
            throw new IllegalArgumentException("no function: " + bound.getClass().getTypeName());
        }
        return LibraryReport.of(library(functions, variables), functions, variables);
    }
}
