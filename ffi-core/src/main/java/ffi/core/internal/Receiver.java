// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

/// The code of one type of callback: it raises what C gave, calls the function of Java, and lowers its result.
///
/// There is a generated subclass for each shape, with the method that [Slot] calls, and of that one for each type.
public abstract class Receiver {

    private CallbackType type;
    private boolean lasting;

    /// @param lasting whether it holds nothing of the user's that could be unloaded
    void of(CallbackType type, boolean lasting) {
        this.type = type;
        this.lasting = lasting;
    }

    final CallbackType type() {
        return type;
    }

    /// Whether a function pointer may remember it after its end: to forget it and to learn it again costs each call two
    /// notes for the collector.
    final boolean lasts() {
        return lasting;
    }
}
