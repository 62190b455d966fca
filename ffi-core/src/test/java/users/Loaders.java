// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.NativeLibrary;
import ffi.core.NativeType;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.ref.WeakReference;
import java.util.function.Function;

/// Calls by the types of class loaders that come and go, as those of plug-ins do, and says whether they are gone.
public final class Loaders {

    private static final class Plugin extends ClassLoader {
        Class<?> mode() throws IOException {
            try (InputStream file = Loaders.class.getResourceAsStream("LoadedMode.class")) {
                byte[] bytes = file.readAllBytes();
                return defineClass(LoadedMode.class.getName(), bytes, 0, bytes.length);
            }
        }
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static WeakReference<ClassLoader> call() throws IOException {
        Plugin plugin = new Plugin();
        Class mode = plugin.mode();
        NativeType type = NativeType.enumOf(mode);
        Function echo = NativeLibrary.open("sum", Arena.global()).downcall("echo_i32", type, type).as(Function.class);
        if (echo.apply(mode.getEnumConstants()[1]) != mode.getEnumConstants()[1]) {
            throw new AssertionError("not the constant that was given");
        }
        return new WeakReference<>(plugin);
    }

    public static void main(String[] arguments) throws Exception {
        WeakReference<ClassLoader> plugin = call();
        for (int i = 0; i < 50 && !plugin.refersTo(null); i++) {
            System.gc();
            Thread.sleep(20);
        }
        System.out.println(plugin.refersTo(null) ? "gone" : "still here");
    }
}
