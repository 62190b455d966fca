// SPDX-License-Identifier: Apache-2.0
package ffi.core;

/// How a method of a bound interface hands its call over to another thread: by a future, by a coroutine.
@FunctionalInterface
public interface Departure {

    /// Begins a call.
    ///
    /// @param function  what is called, by [Downcall#call], in whichever thread
    /// @param ending    what ends the call under way, as the method's annotations say; null if nothing does
    /// @param arguments those of the method, boxed: the function's, and what the method has beyond them
    /// @return what the method returns
    /// @throws Throwable whatever the method is to throw
    Object depart(Downcall function, Ending ending, Object[] arguments) throws Throwable;
}
