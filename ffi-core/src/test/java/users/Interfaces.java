// SPDX-License-Identifier: Apache-2.0
package users;

import ffi.core.Bindings;
import ffi.core.CType;
import ffi.core.Critical;
import ffi.core.IfPresent;
import ffi.core.OrNull;
import ffi.core.Owned;
import ffi.core.Symbol;

import java.lang.annotation.ElementType;
import java.lang.annotation.Target;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Set;

/// Interfaces as Java users write them, each bound where it can be seen.
public final class Interfaces {

    private Interfaces() {}

    /// An annotation of types, in the class file only, as JSpecify's is.
    @Target(ElementType.TYPE_USE)
    @interface Nullable {}

    public enum Mode { READ, WRITE, APPEND }

    public enum Permission { EXECUTABLE, WRITABLE, READABLE }

    public record Counter(MemorySegment segment) {}

    public interface Typed {
        byte echo_i8(byte value);

        short echo_i16(short value);

        int echo_i32(int value);

        long echo_i64(long value);

        float echo_f32(float value);

        double echo_f64(double value);

        boolean echo_bool(boolean value);

        char echo_char16(char value);

        String echo_text(String value);

        MemorySegment echo_pointer(MemorySegment value);

        void noop();
    }

    public interface Named {
        @Symbol("echo_u8")
        @CType("uint8_t")
        byte u8(@CType("uint8_t") byte value);

        @Symbol("echo_usize")
        @CType("size_t")
        long size(@CType("size_t") long value);

        @Symbol("echo_long")
        @CType("long")
        long cLong(@CType("long int") long value);

        @Symbol("echo_wchar")
        @CType("wchar_t")
        int wide(@CType("wchar_t") int value);

        @Owned
        @CType("wchar_t *")
        String concatenateWideStrings(@CType("const wchar_t *") String a, @CType("wchar_t*") String b);

        @Owned
        @CType("char16_t*")
        String concatenateUtf16Strings(@CType("const char16_t*") String a, @CType("char16_t  *") String b);

        @Owned("counted_free")
        String counted_copy(String text);

        @Owned("counted_free")
        @OrNull
        String counted_none();

        @Owned("no_such_function")
        @Symbol("counted_copy")
        String freedByNobody(String text);
    }

    public interface Nullables {
        int is_null(@OrNull String pointer);

        @Symbol("is_null")
        int jetbrains(@org.jetbrains.annotations.Nullable String pointer);

        @Symbol("is_null")
        int ofType(@Nullable String pointer);

        @Symbol("is_null")
        int never(String pointer);

        @OrNull
        String returnNullString();

        @Symbol("returnNullString")
        @org.jetbrains.annotations.Nullable String jetbrains();

        @Symbol("returnNullString")
        @Nullable String ofType();

        @Symbol("returnNullString")
        String never();

        @Nullable Counter counter_none();
    }

    public interface Made {
        Mode next_mode(Mode mode);

        int open_mode(String path, Mode mode);

        Set<Permission> permissions_add(Set<Permission> set, Set<Permission> permission);

        Counter counter_new(int first);

        int counter_next(Counter counter);

        void counter_free(Counter counter);
    }

    public interface Base {
        int sum(int a, int b);

        default int twice(int a) {
            return sum(a, a);
        }
    }

    public interface Other {
        int sum(int a, int b);

        static int three() {
            return 3;
        }
    }

    public interface Derived extends Base, Other {
        @Critical
        double doubleSum(double a, double b);

        @Override
        String toString();

        @Override
        boolean equals(Object other);
    }

    public interface Missing {
        int sum(int a, int b);

        int no_such_function(int a);
    }

    public interface Versioned {
        int sum(int a, int b);

        @IfPresent
        @Symbol("not_in_old_versions")
        int newer(int a);

        @IfPresent
        double doubleSum(double a, double b);
    }

    public interface Pointed {
        @CType("const uint8_t *")
        MemorySegment echo_pointer(@CType("FILE *") MemorySegment pointer);
    }

    interface PackagePrivate {
        int sum(int a, int b);

        Set<Right> permissions_all();
    }

    enum Right { EXECUTABLE, WRITABLE, READABLE }

    private interface Hidden {
        int sum(int a, int b);

        State next_mode(State state);

        Box counter_new(int first);

        int counter_next(Box counter);
    }

    private enum State { READ, WRITE, APPEND }

    private record Box(MemorySegment segment) {}

    /// Binds an interface that only this package can see.
    public static String packagePrivate() {
        PackagePrivate bound = Bindings.bind(PackagePrivate.class, "sum");
        return bound.sum(1, 2) + " " + bound.permissions_all();
    }

    /// Binds an interface that only this class can see, with types that only it can see.
    public static String hidden() {
        try (Arena arena = Arena.ofConfined()) {
            Hidden bound = Bindings.bind(Hidden.class, "sum", arena);
            return bound.sum(1, 2) + " " + bound.next_mode(State.READ) + " " + bound.counter_next(bound.counter_new(7));
        }
    }
}
