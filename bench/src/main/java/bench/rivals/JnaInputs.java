// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import bench.Inputs;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;

/// What both of JNA's ways are given: each call itself stands in a benchmark of its own, for that is what is measured.
///
/// Left out of both: everything critical, which JNA does not have. A struct is an object made ahead, as JNA's own
/// examples have it; a lambda's function pointer is freed by the garbage collector, for want of another way.
public abstract class JnaInputs extends Inputs {
    final Jna.Point from = new Jna.Point(p);
    final Jna.Point to = new Jna.Point(q);
    final Jna.Operation add = (i, j) -> i + j;
    final Jna.Comparison compare = (u, v) -> Integer.compare(u.getInt(0), v.getInt(0));
    private final Pointer memory = new Memory(24);

    JnaInputs() {
        memory.setDouble(0, x);
    }

    static Jna.Operation addingToo(int c) {
        return (i, j) -> i + j + c;
    }

    /// {@return the first field of a struct in memory}
    final double read() {
        return memory.getDouble(0);
    }

    /// Writes the third.
    final void write() {
        memory.setDouble(16, y);
    }
}
