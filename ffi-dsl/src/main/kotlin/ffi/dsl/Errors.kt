// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

import ffi.core.Errno
import ffi.core.NativeType
import ffi.core.WithErrno

/**
 * This type, of a result that says whether the call failed: -1 or NULL do, and then the call throws
 * [ErrnoException][ffi.core.ErrnoException], such as `open("nowhere", 0): ENOENT, No such file or directory`.
 *
 * For functions that say it otherwise there is [orThrow], behind [withErrno].
 */
public val <T> NativeType<T>.orErrno: NativeType<T> get() = orErrno()

/**
 * This type, of a result beside the `errno` that its call left: it is cleared before the call, and read right after it.
 *
 * ```
 * val close = fn("close", i32) returns i32.withErrno
 *
 * val (result, errno) = close(3)
 * ```
 */
public val <T> NativeType<T>.withErrno: NativeType<WithErrno<T>> get() = withErrno()

/** The result. */
public operator fun <T> WithErrno<T>.component1(): T = value()

/** The number that the call left. */
public operator fun WithErrno<*>.component2(): Errno = errno()
