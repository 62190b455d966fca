// SPDX-License-Identifier: Apache-2.0

/// Binds native functions, on `java.lang.foreign`. Start with [ffi.core.Bindings] or [ffi.core.NativeLibrary].
module ffi.core {
    requires static jdk.jfr;

    exports ffi.core;
}
