// SPDX-License-Identifier: Apache-2.0
package ffi.coroutines

// A module cannot export an empty package.
internal object Placeholder
