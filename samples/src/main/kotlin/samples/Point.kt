// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** `typedef struct { double x; double y; } Point`, which travels by value. */
data class Point(val x: Double, val y: Double)

object Points : Library("sum") {
    val distance = fn("distance", struct<Point>(), struct<Point>()) returns f64
    val midpoint = fn("midpoint", struct<Point>(), struct<Point>()) returns struct<Point>()
    val centroid = fn("centroid", array(struct<Point>()).const, usize) returns struct<Point>()
    val move = fn("move_all", array(struct<Point>()), usize, f64, f64) returns void
}

fun main() {
    val a = Point(1.0, 2.0)
    val b = Point(4.0, 6.0)
    println("distance = ${Points.distance(a, b)}")
    println("midpoint = ${Points.midpoint(a, b)}")

    val points = mutableListOf(a, b, Point(4.0, 1.0))
    println("centroid = ${Points.centroid(points, 3)}")
    Points.move(points, 3, 10.0, 20.0) // C changes them, so they come back
    println(points)
}

// Output:
// distance = 5.0
// midpoint = Point(x=2.5, y=4.0)
// centroid = Point(x=3.0, y=3.0)
// [Point(x=11.0, y=22.0), Point(x=14.0, y=26.0), Point(x=14.0, y=21.0)]
