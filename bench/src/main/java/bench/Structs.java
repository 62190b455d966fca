// SPDX-License-Identifier: Apache-2.0
package bench;

/// What C's structs are in Java, by every face, and by hand.
public final class Structs {

    private Structs() {}

    /// 16 bytes, in registers on x86-64.
    public record Point(double x, double y) {}

    /// 24 bytes, in memory.
    public record Triple(double a, double b, double c) {}

    /// 64 bytes, in memory.
    public record Wide(long a, long b, long c, long d, long e, long f, long g, long h) {}
}
