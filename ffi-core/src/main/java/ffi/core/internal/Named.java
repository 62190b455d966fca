// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// What can say of itself what a callback's memory of it is.
public interface Named {

    /// {@return its name and its library's, always the same object}
    Origin origin();

    /// {@return what a trace calls it; null as long as nobody knows of which library it is}
    default Watched watched() {
        return null;
    }
}
