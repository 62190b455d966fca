// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.List;

/// How the values of one call pass: what the code for it is written from, and what makes two calls the same code.
///
/// @param fixed how many parameters C's declaration names, if it takes more than these; else -1
public record Call(Passage result, List<Passage> parameters, boolean critical, int fixed) {

    public Call(Passage result, List<Passage> parameters, boolean critical) {
        this(result, parameters, critical, -1);
    }

    Passing passing() {
        return new Passing(result, parameters, critical, fixed);
    }

    /// {@return whether it needs memory until it returns}
    boolean allocates(Passing passing) {
        if (result.conversion() instanceof Conversion.OfStruct || passing.capture != null) {
            return true;
        }
        for (int i = 0; i < passing.parameters.length; i++) {
            if (allocates(passing, i)) {
                return true;
            }
        }
        return false;
    }

    /// {@return whether nothing but functions needs memory, and even those only if C has no address of them yet}
    boolean onlyLends(Passing passing) {
        for (int i = 0; i < passing.parameters.length; i++) {
            if (allocates(passing, i) && !parameters.get(i).conversion().lends()) {
                return false;
            }
        }
        return !(result.conversion() instanceof Conversion.OfStruct) && passing.capture == null;
    }

    private boolean allocates(Passing passing, int parameter) {
        return parameters.get(parameter).conversion() instanceof Conversion.OfStruct struct
                ? !StructArguments.isDirect(struct, passing.parameters[parameter]) : parameters.get(parameter).allocates();
    }

    /// Links what a call of this kind needs.
    ///
    /// @throws IllegalCallerException if native access is not enabled
    public void link() {
        Linking.handle(passing().linkedShape());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Call call && call.critical == critical && call.fixed == fixed && call.result.equals(result)
                && call.parameters.equals(parameters);
    }

    @Override
    public int hashCode() {
        return 31 * parameters.hashCode() + result.hashCode();
    }
}
