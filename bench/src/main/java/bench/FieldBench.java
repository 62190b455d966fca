// SPDX-License-Identifier: Apache-2.0
package bench;

import static java.lang.foreign.MemoryLayout.PathElement.groupElement;

import ffi.core.Field;
import ffi.core.NativeType;
import ffi.core.Ref;
import ffi.core.StructType;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import org.openjdk.jmh.annotations.Benchmark;

/// The fields of a struct in place, beside a `static final VarHandle`.
public class FieldBench extends Inputs {
    private static final VarHandle A = Raw.TRIPLE.varHandle(groupElement("a"));
    private static final VarHandle C = Raw.TRIPLE.varHandle(groupElement("c"));

    /// `struct double3`
    static final class Three {
        static final StructType<Three> TYPE = StructType.of("double3");
        static final Field<Three, Double> A = TYPE.field("a", NativeType.F64);
        static final Field<Three, Double> B = TYPE.field("b", NativeType.F64);
        static final Field<Three, Double> C = TYPE.field("c", NativeType.F64);
        static final VarHandle HANDLE_OF_A = A.varHandle();
        static final VarHandle HANDLE_OF_C = C.varHandle();

        private Three() {}
    }

    /// What someone writes around a segment: what a `Ref` costs is to be compared with that too.
    static final class View {
        private final MemorySegment segment;

        View(MemorySegment segment) {
            this.segment = segment;
        }

        double a() {
            return (double) A.get(segment, 0L);
        }

        void c(double value) {
            C.set(segment, 0L, value);
        }
    }

    private final MemorySegment segment = Arena.global().allocate(Raw.TRIPLE);
    private final Ref<Three> ref = Three.TYPE.allocate(Arena.global());

    private final View written = new View(Arena.global().allocate(Raw.TRIPLE));
    private final Lwjgl.TripleView view = Lwjgl.triple();

    public FieldBench() {
        A.set(segment, 0L, x);
        ref.set(Three.A, x);
        A.set(written.segment, 0L, x);
        view.a(x);
    }

    @Benchmark
    public double read_raw() {
        return (double) A.get(segment, 0L);
    }

    @Benchmark
    public double read_lwjgl() {
        return view.a();
    }

    @Benchmark
    public double read_handle() {
        return (double) Three.HANDLE_OF_A.get(segment, 0L);
    }

    @Benchmark
    public double read_interface() {
        return ref.get(Three.A);
    }

    @Benchmark
    public double read_view() {
        return written.a();
    }

    @Benchmark
    public void write_raw() {
        C.set(segment, 0L, y);
    }

    @Benchmark
    public void write_lwjgl() {
        view.c(y);
    }

    @Benchmark
    public void write_handle() {
        Three.HANDLE_OF_C.set(segment, 0L, y);
    }

    @Benchmark
    public void write_interface() {
        ref.set(Three.C, y);
    }

    @Benchmark
    public void write_view() {
        written.c(y);
    }
}
