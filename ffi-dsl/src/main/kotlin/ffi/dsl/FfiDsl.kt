// SPDX-License-Identifier: Apache-2.0
package ffi.dsl

/** Marks what declares, so that inside one declaration only that one is spoken to. */
@DslMarker
@Target(AnnotationTarget.CLASS, AnnotationTarget.TYPE)
public annotation class FfiDsl
