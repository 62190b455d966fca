// SPDX-License-Identifier: Apache-2.0
package bench.rivals;

import static org.lwjgl.system.APIUtil.apiClosureRet;
import static org.lwjgl.system.APIUtil.apiCreateCIF;
import static org.lwjgl.system.APIUtil.apiCreateCIFVar;
import static org.lwjgl.system.APIUtil.apiCreateStruct;
import static org.lwjgl.system.MemoryUtil.memGetAddress;
import static org.lwjgl.system.MemoryUtil.memGetInt;
import static org.lwjgl.system.MemoryUtil.memPutDouble;
import static org.lwjgl.system.Pointer.POINTER_SIZE;
import static org.lwjgl.system.libffi.LibFFI.FFI_DEFAULT_ABI;
import static org.lwjgl.system.libffi.LibFFI.ffi_type_double;
import static org.lwjgl.system.libffi.LibFFI.ffi_type_pointer;
import static org.lwjgl.system.libffi.LibFFI.ffi_type_sint32;
import static org.lwjgl.system.libffi.LibFFI.ffi_type_uint64;

import bench.Structs.Point;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;
import org.lwjgl.system.Callback;
import org.lwjgl.system.CallbackI;
import org.lwjgl.system.Library;
import org.lwjgl.system.SharedLibrary;
import org.lwjgl.system.libffi.FFICIF;
import org.lwjgl.system.libffi.FFIType;

/// Addresses for LWJGL's `JNI.invoke` functions, descriptions for its libffi, and callbacks as its bindings have them.
final class LwjglJni {
    private static final SharedLibrary LIBRARY = Library.loadNative(LwjglJni.class, "bench",
            Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")).toString());

    static final long NOOP = LIBRARY.getFunctionAddress("noop");
    static final long SUM = LIBRARY.getFunctionAddress("sum");
    static final long FSUM = LIBRARY.getFunctionAddress("fsum");
    static final long SUM8 = LIBRARY.getFunctionAddress("sum8");
    static final long STR_LEN = LIBRARY.getFunctionAddress("str_len");
    static final long CONCAT = LIBRARY.getFunctionAddress("concat");
    static final long FREE_STR = LIBRARY.getFunctionAddress("free_str");
    static final long DISTANCE = LIBRARY.getFunctionAddress("distance");
    static final long MIDPOINT = LIBRARY.getFunctionAddress("midpoint");
    static final long SUM_INTS = LIBRARY.getFunctionAddress("sum_ints");
    static final long HASH = LIBRARY.getFunctionAddress("hash");
    static final long APPLY = LIBRARY.getFunctionAddress("apply");
    static final long APPLY_TIMES = LIBRARY.getFunctionAddress("apply_times");
    static final long QSORT = standard("qsort");
    static final long SNPRINTF = standard("snprintf");

    private static final FFIType POINT = apiCreateStruct(ffi_type_double, ffi_type_double);
    static final FFICIF FSUM_TYPE = apiCreateCIF(ffi_type_double, ffi_type_double, ffi_type_double);
    static final FFICIF DISTANCE_TYPE = apiCreateCIF(ffi_type_double, POINT, POINT);
    static final FFICIF MIDPOINT_TYPE = apiCreateCIF(POINT, POINT, POINT);
    static final FFICIF SNPRINTF_TYPE = apiCreateCIFVar(FFI_DEFAULT_ABI, 3, ffi_type_sint32,
            ffi_type_pointer, ffi_type_uint64, ffi_type_pointer, ffi_type_sint32, ffi_type_double);

    private LwjglJni() {}

    private static long standard(String symbol) {
        return Linker.nativeLinker().defaultLookup().findOrThrow(symbol).address();
    }

    static void put(long address, Point point) {
        memPutDouble(address, point.x());
        memPutDouble(address + Double.BYTES, point.y());
    }

    @FunctionalInterface
    public interface OperationI extends CallbackI {
        Callback.Descriptor DESCRIPTOR = new Callback.Descriptor(OperationI.class, MethodHandles.lookup(),
                apiCreateCIF(ffi_type_sint32, ffi_type_sint32, ffi_type_sint32));

        @Override
        default Callback.Descriptor getDescriptor() {
            return DESCRIPTOR;
        }

        @Override
        default void callback(long result, long arguments) {
            apiClosureRet(result,
                    invoke(memGetInt(memGetAddress(arguments)), memGetInt(memGetAddress(arguments + POINTER_SIZE))));
        }

        int invoke(int a, int b);
    }

    abstract static class Operation extends Callback implements OperationI {
        Operation() {
            super(DESCRIPTOR);
        }
    }

    @FunctionalInterface
    public interface ComparisonI extends CallbackI {
        Callback.Descriptor DESCRIPTOR = new Callback.Descriptor(ComparisonI.class, MethodHandles.lookup(),
                apiCreateCIF(ffi_type_sint32, ffi_type_pointer, ffi_type_pointer));

        @Override
        default Callback.Descriptor getDescriptor() {
            return DESCRIPTOR;
        }

        @Override
        default void callback(long result, long arguments) {
            apiClosureRet(result, invoke(memGetAddress(memGetAddress(arguments)),
                    memGetAddress(memGetAddress(arguments + POINTER_SIZE))));
        }

        int invoke(long a, long b);
    }

    abstract static class Comparison extends Callback implements ComparisonI {
        Comparison() {
            super(DESCRIPTOR);
        }
    }

    static final class Adding extends Operation {
        private final int c;

        Adding(int c) {
            this.c = c;
        }

        @Override
        public int invoke(int a, int b) {
            return a + b + c;
        }
    }

    static final class Add extends Operation {
        @Override
        public int invoke(int a, int b) {
            return a + b;
        }
    }

    static final class Compare extends Comparison {
        @Override
        public int invoke(long a, long b) {
            return Integer.compare(memGetInt(a), memGetInt(b));
        }
    }
}
