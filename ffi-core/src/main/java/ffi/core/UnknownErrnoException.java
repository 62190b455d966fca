// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ErrnoNames;
import ffi.core.internal.Facts;
import ffi.core.internal.Platform;
import ffi.core.internal.load.Similar;

import java.io.Serial;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/// Thrown when a name of errno(3) is asked for that this system does not have.
public final class UnknownErrnoException extends IllegalArgumentException {

    @Serial
    private static final long serialVersionUID = 1;

    /// The name as it was asked for.
    private final String name;
    /// Names that there are, and that are near.
    private final ArrayList<String> similar;

    UnknownErrnoException(String name) {
        this(name, Similar.to(name, ErrnoNames.codes().keySet()));
    }

    private UnknownErrnoException(String name, List<String> similar) {
        super(Facts.of("No number of errno has this name", name)
                .add("system", Platform.OS).addAll("similar", similar).toString());
        this.name = name;
        this.similar = new ArrayList<>(similar);
    }

    /// {@return the name as it was asked for}
    public String name() {
        return name;
    }

    /// {@return the nearest names that there are, the nearest first, five at most; unmodifiable}
    public List<String> similar() {
        return Collections.unmodifiableList(similar);
    }
}
