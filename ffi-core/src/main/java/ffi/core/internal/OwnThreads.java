// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.util.concurrent.ThreadFactory;

/// The threads that this library creates.
///
/// They outlive the call that needed the first of them, so they inherit nothing of its thread: neither inheritable
/// thread locals nor the context class loader, which is the system's, nor the thread group.
public final class OwnThreads {

    private OwnThreads() {}

    /// {@return what creates daemon threads with a number behind their name}
    public static ThreadFactory factory(String prefix, int first) {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group != null && group.getParent() != null) {
            group = group.getParent();
        }
        return Thread.ofPlatform().daemon().name(prefix, first).group(group).inheritInheritableThreadLocals(false)
                .factory();
    }
}
