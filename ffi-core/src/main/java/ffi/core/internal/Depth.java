// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// How deep a thread is in C's calls of Java, through whichever function pointers. Only that thread writes to it.
final class Depth {

    /// Of no thread.
    static final Depth NONE = new Depth(-1);

    private static final ThreadLocal<Depth> OF_THREAD = new ThreadLocal<>();

    final long thread;
    int calls; // that have not returned
    boolean reports; // a late call: whoever writes the report may call C, which calls late again

    private Depth(long thread) {
        this.thread = thread;
    }

    /// {@return the calling thread's}
    static Depth own() {
        Depth known = OF_THREAD.get();
        if (known == null) {
            known = new Depth(Thread.currentThread().threadId());
            OF_THREAD.set(known);
        }
        return known;
    }
}
