// SPDX-License-Identifier: Apache-2.0
package ffi.core;

/// A result, and the number that its call left behind: of a function whose result is [NativeType#withErrno].
///
/// `errno` is cleared before the call. What it says after a call that did not fail is C's to decide: most functions
/// leave it as it was, some do not.
///
/// @param value the result
/// @param errno of the calling thread, read before anything else could change it
public record WithErrno<T>(T value, Errno errno) {}
