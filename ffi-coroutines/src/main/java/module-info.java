// SPDX-License-Identifier: Apache-2.0
/// Native functions as suspending functions and flows.
module ffi.coroutines {
    requires transitive ffi.dsl;
    requires transitive kotlinx.coroutines.core;

    exports ffi.coroutines;

    provides ffi.dsl.Suspension with ffi.coroutines.SuspendMethods;
}
