// SPDX-License-Identifier: Apache-2.0
package startup;

import static org.lwjgl.system.ffm.FFM.ffmConfig;
import static org.lwjgl.system.ffm.FFM.ffmConfigBuilder;
import static org.lwjgl.system.ffm.FFM.ffmGenerate;

import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandles;
import java.nio.file.Path;

/// One function: an interface of LWJGL's binder.
@SuppressWarnings("restricted")
public final class FirstLwjgl {

    public interface Sum {
        int sum2(int a, int b);
    }

    private FirstLwjgl() {}

    public static int run() {
        SymbolLookup library = SymbolLookup.libraryLookup(
                Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum")), Arena.global());
        ffmConfig(FirstLwjgl.class, ffmConfigBuilder(MethodHandles.lookup()).withSymbolLookup(library).build());
        return ffmGenerate(Sum.class).sum2(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
