// SPDX-License-Identifier: Apache-2.0
package startup;

import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/// One function: a native method that JavaCPP writes C++ for.
@Platform(include = "rivals.h")
@NoException
public final class FirstJavaCpp {
    static {
        Loader.load();
    }

    private FirstJavaCpp() {}

    public static native int sum2(int a, int b);

    public static int run() {
        return sum2(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
