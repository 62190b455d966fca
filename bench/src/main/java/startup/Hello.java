// SPDX-License-Identifier: Apache-2.0
package startup;

/// The floor: a JVM that prints a line.
public final class Hello {

    private Hello() {}

    public static int run() {
        return 1 + 2 + 2;
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
