// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// Makes the calls of one method by another thread.
public interface Departing {

    /// @param arguments those of the method, boxed
    /// @return what the method returns
    Object depart(Object[] arguments) throws Throwable;
}
