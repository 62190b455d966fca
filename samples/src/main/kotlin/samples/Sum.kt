// SPDX-License-Identifier: Apache-2.0
package samples

fun main() {
    println("Kotlin: sum(1, 2) = 3")
}
