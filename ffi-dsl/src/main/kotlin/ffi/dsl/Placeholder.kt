// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

// A module cannot export an empty package.
internal object Placeholder
