// SPDX-License-Identifier: Apache-2.0
package startup;

import java.nio.file.Path;

/// One function: JNI, with C of its own, which `bench/run startup` compiles.
public final class FirstJni {

    private FirstJni() {}

    private static native int sum2(int a, int b);

    @SuppressWarnings("restricted")
    public static int run() {
        System.load(Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("first")).toString());
        return sum2(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
