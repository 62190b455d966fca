// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// What can say of itself what a callback's memory of it is.
public interface Named {

    /// {@return its name and its library's, always the same object}
    Origin origin();
}
