// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// The type of a parameter by which a method stays out of its callers' machine code: null is passed for it.
///
/// HotSpot inlines no method whose type names a class that was not loaded, and nothing ever loads this one. What a call
/// needs but once, such as to look its function up, is thus kept out of code that all calls share: in there it would
/// make that code too large to be inlined itself, if many functions are called for the first time before it is compiled.
final class Seldom {

    private Seldom() {}
}
