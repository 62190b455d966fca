// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** A library that a Maven artifact carries: unpacked, with the Fortran runtime that stands beside it, into a cache. */
object Blas : Library("classpath:org/bytedeco/openblas/linux-x86_64/libopenblas.so.0") {
    val ddot = fn("cblas_ddot", cInt, array(f64).const, cInt, array(f64).const, cInt) returns f64
    val setThreads = fn("openblas_set_num_threads", cInt) returns void
}

fun main() {
    Blas.setThreads(1)
    val x = doubleArrayOf(1.0, 2.0, 3.0)
    val y = doubleArrayOf(4.0, 5.0, 6.0)
    println(Blas.ddot(3, x, 1, y, 1))
}

// Needs: Linux on x86-64, for which the artifact in samples/pom.xml carries OpenBLAS
// Output:
// 32.0
