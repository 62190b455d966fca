// SPDX-License-Identifier: Apache-2.0
package startup;

import com.sun.jna.Library;
import com.sun.jna.Native;
import java.nio.file.Path;

/// One function: an interface of JNA.
public final class FirstJna {

    public interface Sum extends Library {
        int sum2(int a, int b);
    }

    private FirstJna() {}

    public static int run() {
        Path library = Path.of(System.getProperty("ffi.library.path"), System.mapLibraryName("sum"));
        return Native.load(library.toString(), Sum.class).sum2(1, 2);
    }

    public static void main(String[] arguments) {
        System.out.println(run());
    }
}
