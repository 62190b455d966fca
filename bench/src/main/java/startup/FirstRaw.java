// SPDX-License-Identifier: Apache-2.0
package startup;

import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/// One function: a static final handle, as written by hand.
@SuppressWarnings("restricted")
public final class FirstRaw {
    private static final SymbolLookup LIBRARY = SymbolLookup.libraryLookup(
            Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")), Arena.global());
    private static final MethodHandle SUM2 = Linker.nativeLinker().downcallHandle(
            LIBRARY.findOrThrow("sum2"), FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));

    private FirstRaw() {}

    public static int run() throws Throwable {
        return (int) SUM2.invokeExact(1, 2);
    }

    public static void main(String[] arguments) throws Throwable {
        System.out.println(run());
    }
}
