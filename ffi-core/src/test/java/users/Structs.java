// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.CType;
import ffi.core.Const;
import ffi.core.InOut;
import ffi.core.Length;
import ffi.core.OrNull;
import ffi.core.Out;
import ffi.core.Owned;
import ffi.core.Pointer;
import ffi.core.Symbol;
import ffi.core.Terminated;

import java.lang.foreign.MemorySegment;
import java.nio.IntBuffer;
import java.util.List;
import java.util.Set;

/// Structs of C as a Java user writes them down, and functions that take and return what is no scalar.
public final class Structs {

    private Structs() {}

    // One to four numbers, by all the ways in which registers take them.
    public record Float1(float a) {}

    public record Double1(double a) {}

    public record Int1(int a) {}

    public record Long1(long a) {}

    public record Float2(float a, float b) {}

    public record Float3(float a, float b, float c) {}

    public record Float4(float a, float b, float c, float d) {}

    public record Double2(double a, double b) {}

    public record Double3(double a, double b, double c) {}

    public record Double4(double a, double b, double c, double d) {}

    public record Int2(int a, int b) {}

    public record Int3(int a, int b, int c) {}

    public record Int4(int a, int b, int c, int d) {}

    public record Long2(long a, long b) {}

    public record Long3(long a, long b, long c) {}

    public record IntFloat(int a, float b) {}

    public record FloatInt(float a, int b) {}

    public record DoubleInt(double a, int b) {}

    public record IntDouble(int a, double b) {}

    public record I64Double(long a, double b) {}

    public record DoubleI64(double a, long b) {}

    public record FloatDouble(float a, double b) {}

    public record DoubleFloat(double a, float b) {}

    public record ByteDouble(byte a, double b) {}

    public record FloatFloatInt(float a, float b, int c) {}

    public record FloatIntFloat(float a, int b, float c) {}

    public record IntFloatFloat(int a, float b, float c) {}

    public record DoubleFloatInt(double a, float b, int c) {}

    public record ByteShortIntLong(byte a, short b, int c, long d) {}

    public record CharShortIntClong(
            @CType("signed char") byte a, @CType("short") short b, @CType("int") int c, @CType("long") long d) {}

    public record Byte7(byte a, byte b, byte c, byte d, byte e, byte f, byte g) {}

    // Nothing but an array, which lies in place.
    public record Bytes7(@Length(7) byte[] v) {}

    public record Shorts3(@Length(3) short[] v) {}

    public record Ints3(@Length(3) int[] v) {}

    public record Longs2(@Length(2) long[] v) {}

    public record Floats2(@Length(2) float[] v) {}

    public record Floats3(@Length(3) float[] v) {}

    public record Floats4(@Length(4) float[] v) {}

    public record Floats5(@Length(5) float[] v) {}

    public record Doubles2(@Length(2) double[] v) {}

    public record Doubles5(@Length(5) double[] v) {}

    public record IntFloats3(int n, @Length(3) float[] v) {}

    // Structs in structs.
    public record Point(double x, double y) {}

    public record Segment(Point a, Point b) {}

    public record NestedFloats(Float2 a, @Length(2) List<Float> v) {}

    public record NestedMixed(IntDouble a, byte b, @Length(2) List<Float2> c) {}

    public record Slice(@OrNull String text, @CType("size_t") long length) {}

    public record Series(int n, @Length(field = "n") double[] values) {}

    public record NullableSeries(int n, @OrNull @Length(field = "n") double[] values) {}

    public record NameList(@Length(field = "count") String[] names, @CType("size_t") long count) {}

    public record Extremes(int low, int high) {}

    public record Four(int a, int b, int c, int d) {}

    public record Minutia(short x, short y, short direction, @CType("uint8_t") byte kind) {}

    public record Minutiae(short number, @Length(3) List<Minutia> items) {}

    // What can be no struct.
    public record Nothing() {}

    public record Dated(int a, java.util.Date date) {}

    public record Wrapped(Integer boxed) {}

    public record Endless(int value, Endless next) {}

    public record Node(int value, @OrNull Pointer<Node> next) {}

    public record Miscounted(int n, @Length(field = "m") double[] values) {}

    public record CountedByText(String n, @Length(field = "n") double[] values) {}

    public record CountedByDouble(double n, @Length(field = "n") double[] values) {}

    public record WithOut(Out<Integer> out) {}

    public record Hidden(Secret secret) {}

    record Secret(int code) {}

    public record Thing(MemorySegment segment) {}

    public enum Color { RED, GREEN, BLUE }

    public enum Right { READ, WRITE }

    public record Mixed(Color color, Set<Right> rights, boolean on, char unit, @OrNull String text,
            @OrNull Thing thing) {}

    /// What a Java user writes to call them.
    public interface Functions {
        double distance(Point a, Point b);

        Point midpoint(Point a, Point b);

        Point centroid(@Const Point[] points, @CType("size_t") long count);

        @Symbol("centroid")
        Point centroidOfList(@Const List<Point> points, @CType("size_t") long count);

        void move_all(Point[] points, @CType("size_t") long count, double dx, double dy);

        @Symbol("move_all")
        void moveList(List<Point> points, @CType("size_t") long count, double dx, double dy);

        @Symbol("move_point")
        void move(@InOut Out<Point> point, double dx, double dy);

        Segment swap_segment(Segment segment);

        @CType("size_t")
        long sum_slice(Slice slice);

        Slice make_slice(int which);

        double point_text_int(Point point, String text, int n);

        double sum_series_by_value(Series series);

        void divide(int a, int b, Out<Integer> quotient, Out<Integer> remainder);

        void swap(@InOut Out<Integer> a, @InOut Out<Integer> b);

        int open_thing(Out<Thing> out);

        void close_thing(Thing thing);

        int thing_id(Thing thing);

        int sum_ints(@Const int[] values, @CType("size_t") long count);

        @Symbol("sum_ints")
        int sumOfBuffer(@Const IntBuffer values, @CType("size_t") long count);

        @Symbol("sum_ints")
        int sumOfList(@Const List<Integer> values, @CType("size_t") long count);

        @Symbol("sum_ints")
        int sumOfPointer(Pointer<Integer> values, @CType("size_t") long count);

        void reverse_i32_array(int[] values, @CType("size_t") long count);

        @Owned("block_free")
        @Length(argument = 0)
        int[] range_i32(@CType("size_t") long count);

        @Symbol("countdown_i32")
        @Owned("block_free")
        @Terminated
        int[] countdown(@CType("size_t") long from);

        int count_strings(@Const @Terminated String[] strings);

        @Terminated
        String[] strings_until_null();
    }
}
