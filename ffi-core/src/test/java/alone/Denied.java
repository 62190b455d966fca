// SPDX-License-Identifier: Apache-2.0
package alone;

import ffi.core.Bindings;
import ffi.core.NativeLibrary;
import ffi.core.NativeType;

/// Calls C where that is not allowed, in each way that a program may begin with, and twice.
final class Denied {

    interface LibC {
        int getpid();
    }

    private Denied() {}

    public static void main(String[] args) {
        LibC bound = Bindings.bind(LibC.class, "");
        print(bound::getpid);
        print(bound::getpid);
        print(() -> NativeLibrary.standard().downcall("getpid", NativeType.I32).call());
        print(() -> Bindings.bind(LibC.class, "c").getpid());
        NativeType.CSTRING.owned(); // declares, and needs no access
    }

    private static void print(Runnable call) {
        try {
            call.run();
            System.out.println("allowed");
        } catch (IllegalCallerException e) {
            System.out.println(e.getMessage());
        }
    }
}
