// SPDX-License-Identifier: Apache-2.0
package samples

import ffi.dsl.*

/** zlib's `z_stream`, field by field, as `zlib.h` has it: each lies where the compiler of C puts it. */
object ZStream : Struct<ZStream>("z_stream") {
    val nextIn = field("next_in", pointer(i8).orNull)
    val availIn = field("avail_in", cUInt)
    val totalIn = field("total_in", cULong)
    val nextOut = field("next_out", pointer(i8).orNull)
    val availOut = field("avail_out", cUInt)
    val totalOut = field("total_out", cULong)
    val message = field("msg", cstring.orNull)
    val internals = field("state", array(address).sized(4)) // and zalloc, zfree, opaque
    val dataType = field("data_type", cInt)
    val adler = field("adler", cULong)
    val reserved = field("reserved", cULong)
}

fun main() = println(describe(ZStream))

// Output:
// struct z_stream: 112 bytes, aligned to 8
//   offset  size  field
//        0     8  next_in: pointer(i8).orNull
//        8     4  avail_in: cUInt
//       12     4  (empty)
//       16     8  total_in: cULong
//       24     8  next_out: pointer(i8).orNull
//       32     4  avail_out: cUInt
//       36     4  (empty)
//       40     8  total_out: cULong
//       48     8  msg: cstring.orNull
//       56    32  state: list(address).sized(4)
//       88     4  data_type: cInt
//       92     4  (empty)
//       96     8  adler: cULong
//      104     8  reserved: cULong
// empty: 12 bytes
