// SPDX-License-Identifier: Apache-2.0
package startup;

import jnr.ffi.LibraryLoader;

/// One function: an interface of JNR-FFI.
public final class FirstJnr {

    public interface Sum {
        int sum2(int a, int b);
    }

    private FirstJnr() {}

    public static int run() {
        return LibraryLoader.create(Sum.class).search(System.getProperty("ffi.library.path")).load("sum").sum2(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
