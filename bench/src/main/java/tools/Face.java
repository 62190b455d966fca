// SPDX-License-Identifier: Apache-2.0
package tools;

import java.util.List;

/// One of the ways to make a call: a column of the tables.
///
/// @param name  as in `case_face`, or that of a runtime in `node.json`
/// @param title in Markdown
record Face(String name, String title) {

    static final Face RAW = new Face("raw", "by hand");

    /// Java's own, with everything that one may do by hand: a bound, and no rival.
    static final Face BEST = new Face("best", "by hand, at its best");

    static final List<Face> OURS = List.of(
            new Face("handle", "`handle()`"),
            new Face("function", "functional interface"),
            new Face("interface", "interface"),
            new Face("object", "Kotlin object"),
            new Face("bind", "Kotlin interface"));

    /// Whose best is "ours" where there is one figure only.
    static final List<String> SHOWN = List.of("interface", "object");

    static final List<Face> RIVALS = List.of(
            new Face("lwjgl", "LWJGL's binder"),
            new Face("lwjglJni", "LWJGL's `JNI`"),
            new Face("jni", "JNI by hand"),
            new Face("javacpp", "JavaCPP"),
            new Face("jnr", "JNR-FFI"),
            new Face("jnaDirect", "JNA, direct"),
            new Face("jna", "JNA, interface"));

    /// The runtimes of `bench/node`.
    static final List<Face> RUNTIMES = List.of(
            new Face("bun", "Bun"),
            new Face("deno", "Deno"),
            new Face("koffi", "koffi"),
            new Face("ffi-rs", "ffi-rs"));

    /// {@return the title without marks}
    String plain() {
        return title.replace("`", "");
    }
}
