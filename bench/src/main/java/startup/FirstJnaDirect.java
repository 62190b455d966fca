// SPDX-License-Identifier: Apache-2.0
package startup;

import com.sun.jna.Native;
import java.nio.file.Path;

/// One function: a native method that JNA registers.
public final class FirstJnaDirect {
    static {
        Path library = Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum"));
        Native.register(FirstJnaDirect.class, library.toString());
    }

    private FirstJnaDirect() {}

    private static native int sum2(int a, int b);

    public static int run() {
        return sum2(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
