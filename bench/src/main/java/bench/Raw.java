// SPDX-License-Identifier: Apache-2.0
package bench;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.AddressLayout;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// What everything is compared with: `java.lang.foreign` as it is written by hand.
@SuppressWarnings("restricted")
final class Raw {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(
            Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")), Arena.global());

    /// A `char *` that may be read, as jextract declares it.
    private static final AddressLayout TEXT =
            ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(Long.MAX_VALUE, JAVA_BYTE));
    private static final FunctionDescriptor SUM_TYPE = FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT);

    static final MethodHandle NOOP = link("noop", FunctionDescriptor.ofVoid());
    static final MethodHandle SUM = link("sum", SUM_TYPE);
    static final MethodHandle SUM2 = link("sum2", SUM_TYPE);
    static final MethodHandle SUM3 = link("sum3", SUM_TYPE);
    static final MethodHandle SUM4 = link("sum4", SUM_TYPE);
    static final MethodHandle CRITICAL_SUM = link("sum", SUM_TYPE, Linker.Option.critical(false));
    static final MethodHandle FSUM = link("fsum", FunctionDescriptor.of(JAVA_DOUBLE, JAVA_DOUBLE, JAVA_DOUBLE));
    static final MethodHandle SUM8 = link("sum8", FunctionDescriptor.of(
            JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG));
    static final MethodHandle STR_LEN = link("str_len", FunctionDescriptor.of(JAVA_LONG, TEXT));
    static final MethodHandle CONCAT = link("concat", FunctionDescriptor.of(TEXT, TEXT, TEXT));
    static final MethodHandle FREE_STR = link("free_str", FunctionDescriptor.ofVoid(TEXT));

    private Raw() {}

    private static MethodHandle link(String symbol, FunctionDescriptor type, Linker.Option... options) {
        return LINKER.downcallHandle(LIBRARY.findOrThrow(symbol), type, options);
    }
}
