// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.CType;
import ffi.core.Global;
import ffi.core.Numbered;
import ffi.core.OpenEnum;
import ffi.core.OpenFlags;
import ffi.core.Out;
import ffi.core.Symbol;

import java.util.List;
import java.util.Set;

/// Enumerations and flags of every width, as Java declares them.
public interface Enums {

    /// With a gap, which a newer library may fill.
    enum Kind { NONE, FILE, FOLDER, LINK }

    enum Event implements Numbered {
        IN(1), OUT(4), TOP(0x8000);

        private final long number;

        Event(long number) {
            this.number = number;
        }

        @Override
        public long number() {
            return number;
        }
    }

    record Poll(int fd, @CType("short") Set<Event> events, @CType("short") OpenFlags<Event> revents) {}

    interface Next {
        @CType("uint8_t") OpenEnum<Kind> next(@CType("uint8_t") Kind kind);
    }

    interface NextFlags {
        @CType("uint64_t") OpenFlags<Event> next(@CType("uint64_t") OpenFlags<Event> flags);
    }

    @CType("uint8_t") Kind echo_u8(@CType("uint8_t") Kind kind);

    @Symbol("echo_u8")
    @CType("uint8_t") OpenEnum<Kind> open(@CType("uint8_t") OpenEnum<Kind> kind);

    @Symbol("echo_i64")
    @CType("int64_t") OpenFlags<Event> flags(@CType("int64_t") OpenFlags<Event> flags);

    int poll_all(Poll[] polls, int count);

    @Global
    @Symbol("kind_now")
    @CType("uint8_t") Kind now();

    @Global
    @Symbol("kind_now")
    void now(@CType("uint8_t") Kind kind);

    @Symbol("kind_out")
    void read(@CType("uint8_t") Out<OpenEnum<Kind>> kind, byte value);

    @Symbol("kind_out")
    void readClosed(@CType("uint8_t") Out<Kind> kind, byte value);

    void kinds_next(@CType("uint8_t") Kind[] kinds, int count);

    @Symbol("kinds_next")
    void listNext(@CType("uint8_t") List<OpenEnum<Kind>> kinds, int count);

    @CType("uint8_t") Kind with_kind(Next next, @CType("uint8_t") Kind kind);

    @CType("uint64_t") OpenFlags<Event> with_flags(NextFlags next, @CType("uint64_t") OpenFlags<Event> flags);

    /// An enumeration that no C type but an integer carries.
    interface Wrong {
        void f(@CType("bool") Kind kind);
    }
}
