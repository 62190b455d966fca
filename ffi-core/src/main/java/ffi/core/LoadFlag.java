// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;
import ffi.core.internal.Platform;
import ffi.core.internal.load.Dlopen;

import java.util.Set;

/// How a library is opened, dlopen(3), where that is to be another way than lazily and locally.
///
/// ```java
/// NativeLibrary plugins = NativeLibrary.open("plugins", Set.of(LoadFlag.NOW, LoadFlag.GLOBAL), arena);
/// ```
///
/// A library that is in the process already stays as it is, but for [#GLOBAL]; and what was made global stays so as
/// long as it is loaded by anyone. Linux has all flags, but [#DEEP] only with glibc; macOS has all but that.
/// Windows has none: there a DLL is bound when it is loaded, to the DLLs that it names.
public enum LoadFlag {

    /// `RTLD_NOW`: all functions that the library uses are looked up when it is opened, so that it is refused if one is
    /// nowhere. Without it, that ends the process when the function is called.
    NOW,

    /// `RTLD_LAZY`: a function that the library uses is looked up when it is called first. So it is without any flag;
    /// with this one, [Bindings#link] does not ask for what the library lacks, as a plugin does whose program has it.
    LAZY,

    /// `RTLD_GLOBAL`: libraries that are opened later, and [NativeLibrary#standard], find the symbols of this one.
    GLOBAL,

    /// `RTLD_DEEPBIND`: the library prefers its own symbols, and those of its dependencies, to global ones of the same
    /// name, such as the program's.
    DEEP;

    /// {@return the system's numbers for these flags; 0 for none}
    ///
    /// @throws UnsupportedOperationException if this system does not have one of them
    /// @throws IllegalArgumentException      if a library is to be bound at once and lazily
    static int bits(Set<LoadFlag> flags) {
        if (flags.contains(NOW) && flags.contains(LAZY)) {
            throw new IllegalArgumentException("a library is bound at once or lazily, flags: " + flags);
        }
        int bits = 0;
        for (LoadFlag flag : flags) {
            int bit = switch (flag) {
                case NOW -> Dlopen.NOW;
                case LAZY -> Dlopen.LAZY;
                case GLOBAL -> Dlopen.GLOBAL;
                case DEEP -> Dlopen.deep();
            };
            if (bit == 0) {
                throw new UnsupportedOperationException(Facts.of("A flag that this system does not have: " + flag)
                        .add("system", Platform.OS)
                        .hint(Platform.WINDOWS ? "leave it out: a DLL is bound when it is loaded, to the DLLs it names"
                                : "leave it out")
                        .toString());
            }
            bits |= bit;
        }
        return bits;
    }
}
