// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** A struct that both sides read and write where it lies. */
object Person : Struct<Person>("Person") {
    val age = field("age", i32)
    val name = field("name", cstring.orNull)
    val scores = field("scores", array(f64).sized(4)) // double scores[4]
    val parent = field("parent", pointer(this).orNull) // struct Person *
    val level = bits("level", u32, 3) // unsigned level : 3
}

object People : Library("sum") {
    val find = fn("find_person", cstring) returns pointer(Person).orNull
    val birthday = fn("birthday", pointer(Person)) returns void
    val sumScores = fn("sum_scores", pointer(Person)) returns f64
    val generations = fn("generations", pointer(Person)) returns i32
}

fun main() = arena {
    val bob = People.find("bob")!! // C's own
    println("${bob[Person.age]} ${bob[Person.parent]?.get(Person.name)}")

    val eve = Person { // ours, until the end of the block
        it[age] = 17
        it[name] = "eve"
        it[scores] = doubleArrayOf(1.0, 2.0, 3.0, 4.0)
        it[parent] = bob
        it[level] = 7u
    }
    People.birthday(pointerTo(eve))
    println("${eve[Person.age]} ${People.sumScores(pointerTo(eve))} ${People.generations(pointerTo(eve))}")
}

// Output:
// 42 alice
// 18 30.0 3
