// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.List;

/// How the values of one call pass: what the code for it is written from, and what makes two calls the same code.
public record Call(Passage result, List<Passage> parameters, boolean critical) {

    Linking.Shape shape() {
        return Linking.shape(result, parameters, critical);
    }

    boolean allocates() {
        for (Passage parameter : parameters) {
            if (parameter.allocates()) {
                return true;
            }
        }
        return false;
    }

    /// Links what a call of this kind needs.
    ///
    /// @throws IllegalCallerException if native access is not enabled
    public void link() {
        Linking.handle(shape());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Call call && call.critical == critical && call.result.equals(result)
                && call.parameters.equals(parameters);
    }

    @Override
    public int hashCode() {
        return 31 * parameters.hashCode() + result.hashCode();
    }
}
