// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal.jfr;

import jdk.jfr.FlightRecorder;

/// Whether the flight recorder is there, and at work: only then may anything else of this package be touched.
///
/// The first use of an event starts the recorder, which takes tenths of a second; to ask takes a tenth of a millisecond
/// the first time. A runtime image need not have the recorder's module.
public final class Recorder {

    private static final boolean PRESENT = ModuleLayer.boot().findModule("jdk.jfr").isPresent();

    private Recorder() {}

    /// {@return whether there may be a recording, so that an event is worth to be asked whether it is wanted}
    public static boolean isOn() {
        return PRESENT && FlightRecorder.isInitialized();
    }
}
