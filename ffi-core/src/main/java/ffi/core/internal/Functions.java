// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// What each generated class of functions can do besides: make a function of a target.
///
/// Generated code implements it, so that no reflection is needed.
public interface Functions {

    /// {@return a function}
    ///
    /// @param slot as [Slots#take] gave it
    Object make(Target target, int slot);

    /// {@return what a function of this class calls}
    ///
    /// By a name that no face has.
    Target target$();
}
