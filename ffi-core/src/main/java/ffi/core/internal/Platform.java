// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.Locale;

/// The system and the machine that this JVM runs on, under the names that `natives/<os>-<arch>/` uses.
public final class Platform {

    /// `linux`, `macos`, `windows`, or what else the JVM calls the system.
    public static final String OS = os(System.getProperty("os.name"));

    /// `x86_64`, `aarch64`, or what else the JVM calls the machine.
    public static final String ARCH = arch(System.getProperty("os.arch"));

    public static final boolean LINUX = OS.equals("linux");
    public static final boolean MACOS = OS.equals("macos");
    public static final boolean WINDOWS = OS.equals("windows");

    private Platform() {}

    /// {@return a file name with a version put where this system has it}
    ///
    /// `libz.so` and `1` are `libz.so.1` on Linux, `libz.1.dylib` on macOS and `libz-1.dll` on Windows.
    public static String versioned(String file, String version) {
        if (MACOS && file.endsWith(".dylib")) {
            return file.substring(0, file.length() - 6).concat(".").concat(version).concat(".dylib");
        }
        if (WINDOWS && isDll(file)) {
            return file.substring(0, file.length() - 4).concat("-").concat(version).concat(".dll");
        }
        return file.concat(".").concat(version);
    }

    /// {@return whether a name is already that of a library file, so that nothing may be put around it}
    public static boolean isFileName(String name) {
        if (WINDOWS) {
            return isDll(name);
        }
        if (MACOS && name.endsWith(".dylib")) {
            return true;
        }
        int suffix = name.lastIndexOf(".so");
        return suffix > 0 && (suffix + 3 == name.length() || isVersion(name, suffix + 3));
    }

    private static boolean isDll(String name) {
        return name.regionMatches(true, name.length() - 4, ".dll", 0, 4);
    }

    /// Whether what follows `.so` is `.1` or `.1.2.13`.
    public static boolean isVersion(String name, int from) {
        for (int i = from; i < name.length(); i++) {
            char c = name.charAt(i);
            if (c == '.' ? i + 1 == name.length() || name.charAt(i + 1) == '.' : c < '0' || c > '9') {
                return false;
            }
        }
        return from < name.length() && name.charAt(from) == '.';
    }

    private static String os(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (lower.startsWith("windows")) {
            return "windows";
        }
        return lower.startsWith("mac") ? "macos" : lower.replace(" ", "");
    }

    private static String arch(String name) {
        return switch (name) {
            case "amd64", "x64" -> "x86_64";
            case "arm64" -> "aarch64";
            default -> name;
        };
    }
}
