// SPDX-License-Identifier: Apache-2.0
package samples;

import ffi.core.*;
import java.lang.foreign.MemorySegment;
import java.time.Duration;

/// Types of one's own: a record for a struct that only C knows, an enum class, and any class by a mapping.
public final class TypesInJava {

    enum Mode { READ, WRITE, APPEND } // 0, 1, 2

    record Counter(MemorySegment segment) {}

    interface LibSum {
        Mode next_mode(Mode mode);
        Counter counter_new(int first);
        int counter_next(Counter counter);
        void counter_free(Counter counter);
    }

    public static void main(String[] args) {
        LibSum libSum = Bindings.bind(LibSum.class, "sum");
        System.out.println(libSum.next_mode(Mode.READ));
        Counter counter = libSum.counter_new(7);
        System.out.println(libSum.counter_next(counter) + ", " + libSum.counter_next(counter));
        libSum.counter_free(counter);

        NativeType<Duration> seconds = NativeType.I64.map(Duration::ofSeconds, Duration::toSeconds);
        Downcall abs = NativeLibrary.standard().downcall("imaxabs", seconds, seconds);
        System.out.println(abs.call(Duration.ofSeconds(-90)));
    }
}

// Output:
// WRITE
// 7, 8
// PT1M30S
