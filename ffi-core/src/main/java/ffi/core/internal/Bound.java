// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// What each generated class of an interface can do besides: tell the functions behind its methods.
public interface Bound {

    /// {@return one for each abstract method}
    Target[] targets();
}
