// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.CType;
import ffi.core.Length;

/** Text in place, by the elements of its charset. */
public interface SizedText {
    record WideName(int before, @Length(4) @CType("wchar_t *") String name, int after) {}

    record Utf16Name(int before, @CType("char16_t *") @Length(4) String name, int after) {}

    record Tag(@Length(value = 4, padded = true) String name, int number) {}

    record PlainTag(@Length(4) String name, int number) {}

    @Length(8)
    @CType("wchar_t *")
    String static_wide();

    @CType("size_t")
    long wide_units(@Length(4) @CType("wchar_t *") String text);

    Tag echo_tag(Tag tag);

    /** Types of C for which there is none. */
    interface WithInt128 {
        long f(@CType("unsigned __int128") long value);
    }

    interface WithLongDouble {
        @CType("long double")
        double f();
    }

    interface WithComplex {
        double f(@CType("double _Complex") double value);
    }

    interface Visit {
        void visit(@Length(argument = 1) Tag[] tags, int count);
    }

    interface Each {
        void each_tag(Tag[] tags, int count, Visit visit);
    }

    interface VisitPlain {
        void visit(@Length(argument = 1) PlainTag[] tags, int count);
    }

    interface EachPlain {
        void each_tag(PlainTag[] tags, int count, VisitPlain visit);
    }
}
