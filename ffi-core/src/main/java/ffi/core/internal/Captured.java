// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// What becomes of the number that a call leaves behind. Generated code holds it as a constant.
public interface Captured {

    /// {@return which number}
    Capture capture();

    /// {@return a result beside the number}
    Object beside(Object value, int code);

    /// {@return what is thrown for a call that failed}
    ///
    /// @param call the function with its arguments
    RuntimeException failed(String call, int code);
}
