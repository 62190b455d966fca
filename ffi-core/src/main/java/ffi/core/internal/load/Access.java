// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.load;

import java.util.HashMap;
import java.util.Map;

/// Which libraries may be opened, as `-Dffi.allow` and `-Dffi.deny` had it when the first one was asked for.
///
/// What says where a name is searched is kept from then on as well: a list of names would be worth nothing if the
/// program could still choose what is found under them.
public final class Access {

    /// The property that lists what may be opened.
    public static final String PROPERTY = "ffi.allow";

    /// The property that lists what may not be opened, even if the other one has it.
    public static final String DENY_PROPERTY = "ffi.deny";

    private static final String ALLOWED = System.getProperty(PROPERTY);
    private static final String DENIED = System.getProperty(DENY_PROPERTY);
    private static final Map<String, String> KEPT = ALLOWED == null && DENIED == null ? null : kept();

    /// What may be opened, or null if that is everything.
    static final AllowList LIST = ALLOWED == null ? null : new AllowList(ALLOWED, LibraryCache.roots());

    /// What may not be opened, or null if that is nothing.
    static final DenyList DENY_LIST = DENIED == null ? null : new DenyList(DENIED);

    private Access() {}

    /// {@return whether everything may be opened}
    static boolean isFree() {
        return KEPT == null;
    }

    /// {@return whether the running program and the C runtime may be searched}
    public static boolean admitsStandard() {
        return (LIST == null || LIST.admitsStandard()) && (DENY_LIST == null || DENY_LIST.ofStandard() == null);
    }

    /// {@return a system property; where a list is in force, as it was when that was read; empty if it is not set}
    static String property(String key) {
        return KEPT == null ? System.getProperty(key, "") : KEPT.get(key);
    }

    private static Map<String, String> kept() {
        Map<String, String> kept = new HashMap<>();
        String[] keys = {
            "ffi.library.path", "java.library.path", "java.class.path",
            LibraryCache.PROPERTY, "user.home", "user.name", "java.io.tmpdir",
        };
        for (String key : keys) {
            kept.put(key, System.getProperty(key, ""));
        }
        return kept;
    }
}
