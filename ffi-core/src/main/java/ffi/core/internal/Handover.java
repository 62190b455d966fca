// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.invoke.MethodHandles.Lookup;

/// Gives a generated class its objects while it is initialized.
///
/// The JDK gives them to a hidden class only, and a hidden class is defined only by a lookup of the very module; a
/// module, or the class path, that lets us in from another one still has us define a plain class.
public final class Handover {

    private static final ThreadLocal<Object[]> OBJECTS = new ThreadLocal<>();

    private Handover() {}

    /// Defines and initializes a class.
    ///
    /// @param host    defines the class, in its own package
    /// @param objects what [#take] gives its initializer
    static void define(Lookup host, byte[] bytes, Object[] objects) throws IllegalAccessException {
        Object[] outer = OBJECTS.get(); // defining may initialize the face, which may define a class of its own first
        OBJECTS.set(objects);
        try {
            if (host.hasFullPrivilegeAccess()) {
                host.defineHiddenClass(bytes, true);
            } else {
                host.ensureInitialized(host.defineClass(bytes));
            }
        } finally {
            if (outer == null) {
                OBJECTS.remove();
            } else {
                OBJECTS.set(outer);
            }
        }
    }

    /// Called by the initializer of generated code.
    public static Object[] take() {
        return OBJECTS.get();
    }
}
