// SPDX-License-Identifier: Apache-2.0
package startup;

import ffi.core.Bindings;

/// One function: an interface bound by ffi-core.
public final class FirstInterface {

    interface Library {
        int sum2(int a, int b);
    }

    private FirstInterface() {}

    public static int run() {
        return Bindings.bind(Library.class, "sum").sum2(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
