// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// That a generated class would be more than a class file can hold. Who asked for it knows what to say.
public final class TooLarge extends RuntimeException {

    private static final long serialVersionUID = 1;

    TooLarge(IllegalArgumentException cause) {
        super(cause);
    }
}
