// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// What knows the library that it is of.
public interface Named {

    /// {@return the library's name, or null}
    String library();
}
