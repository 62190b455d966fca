// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*
import java.lang.foreign.MemorySegment
import javax.imageio.ImageIO
import kotlin.io.path.createTempFile

// Each is closed once, by the function that it is owned with; what nobody closes, the garbage collector does.
class Surface(segment: MemorySegment) : OwnedHandle(segment)
class Drawing(segment: MemorySegment) : OwnedHandle(segment)

object Cairo : Library("cairo") {
    val close = fn("cairo_surface_destroy", handle(::Surface)) returns void
    val surface = fn("cairo_image_surface_create", cInt, cInt, cInt) returns handle(::Surface).owned(close)
    val destroy = fn("cairo_destroy", handle(::Drawing)) returns void
    val create = fn("cairo_create", handle(::Surface)) returns handle(::Drawing).owned(destroy)
    val color = fn("cairo_set_source_rgb", handle(::Drawing), f64, f64, f64) returns void
    val arc = fn("cairo_arc", handle(::Drawing), f64, f64, f64, f64, f64) returns void
    val fill = fn("cairo_fill", handle(::Drawing)) returns void
    val writePng = fn("cairo_surface_write_to_png", handle(::Surface), cstring) returns cInt
}

fun main() {
    val png = createTempFile(suffix = ".png")
    Cairo.surface(0, 64, 64).use { surface -> // CAIRO_FORMAT_ARGB32
        Cairo.create(surface).use { drawing ->
            Cairo.color(drawing, 1.0, 0.5, 0.0)
            Cairo.arc(drawing, 32.0, 32.0, 20.0, 0.0, 2 * Math.PI)
            Cairo.fill(drawing)
        }
        check(Cairo.writePng(surface, "$png") == 0)
    }
    val image = ImageIO.read(png.toFile())
    println(listOf(0, 32).map { Integer.toHexString(image.getRGB(it, it)) }) // in a corner and in the middle
}

// Needs: apt install libcairo2
// Output:
// [0, ffff8000]
