// SPDX-License-Identifier: Apache-2.0
package samples;

import static ffi.core.NativeType.*;

import ffi.core.*;

import java.util.function.IntUnaryOperator;

/// The empty name is the running program with its C runtime. What Java's types do not say of C's, an annotation does.
public final class LibcInJava {

    interface LibC {
        int getpid();

        @CType("size_t")
        long strlen(String text);

        @OrNull // NULL is null; without this it would be an error
        String getenv(String name);
    }

    public static void main(String[] args) {
        LibC libC = Bindings.bind(LibC.class, "");
        System.out.println(libC.getpid() == ProcessHandle.current().pid());
        System.out.println(libC.strlen("détroit")); // in bytes of UTF-8
        System.out.println(libC.getenv("NO_SUCH_VARIABLE"));

        Downcall abs = NativeLibrary.standard().downcall("abs", C_INT, C_INT); // one function, as any interface
        System.out.println(abs.as(IntUnaryOperator.class).applyAsInt(-3));
        System.out.println(abs.call(-4)); // for tools: slow, and checked by every call
    }
}

// Output:
// true
// 8
// null
// 3
// 4
