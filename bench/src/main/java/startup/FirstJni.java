// SPDX-License-Identifier: Apache-2.0
package startup;

/// One function: JNI, with C of its own.
public final class FirstJni {

    private FirstJni() {}

    private static native int sum2(int a, int b);

    @SuppressWarnings("restricted")
    public static int run() {
        System.loadLibrary("first");
        return sum2(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
