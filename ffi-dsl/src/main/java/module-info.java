// SPDX-License-Identifier: Apache-2.0
/// Native functions declared as typed Kotlin.
module ffi.dsl {
    requires transitive ffi.core;
    requires transitive kotlin.stdlib;

    exports ffi.dsl;

    uses ffi.dsl.Suspension;
}
