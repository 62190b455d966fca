// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// Makes the calls of one method until it is known how most of them are made.
///
/// @param departing makes any
/// @param handle    of the method's type, makes them all; null until it is known
public record Shortcut(Departing departing, Address handle) implements Departing {

    @Override
    public Object depart(Object[] arguments) throws Throwable {
        return departing.depart(arguments);
    }
}
