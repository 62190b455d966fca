// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Constant;
import ffi.core.internal.Conversion;
import ffi.core.internal.CTypes;
import ffi.core.internal.Faults;
import ffi.core.internal.Misfit;
import ffi.core.internal.Passage;
import ffi.core.internal.Pointers;
import ffi.core.internal.Release;
import ffi.core.internal.Text;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/// How one type of Java travels to C and back: its layout, its carrier, and the conversion between the two.
///
/// The constants are C's own types. What C has not, a user's type, is made of one of them by [#map]:
///
/// ```java
/// NativeType<Duration> SECONDS = I64.map(Duration::ofSeconds, Duration::toSeconds);
/// ```
///
/// C's unsigned types are carried by Java's signed ones, bit by bit: a `uint8_t` of 255 is the byte -1, and
/// [Byte#toUnsignedInt] says 255. What has no place in a type is an error, never cut off in silence.
///
/// A type that can not be, such as an integer that is [#owned], is made all the same, for types are made by initializers
/// of classes, which must not fail. What uses it throws a [BindingException] that says why, a [Signature] first of all.
///
/// Types are immutable, and two are equal if they were made in the same way.
///
/// @param <T> the type of Java
public final class NativeType<T> {

    /// `int8_t`
    public static final NativeType<Byte> I8 = direct("i8", byte.class, ValueLayout.JAVA_BYTE, false);

    /// `int16_t`
    public static final NativeType<Short> I16 = direct("i16", short.class, ValueLayout.JAVA_SHORT, false);

    /// `int32_t`
    public static final NativeType<Integer> I32 = direct("i32", int.class, ValueLayout.JAVA_INT, false);

    /// `int64_t`
    public static final NativeType<Long> I64 = direct("i64", long.class, ValueLayout.JAVA_LONG, false);

    /// `uint8_t`, whose values above 127 are negative bytes
    public static final NativeType<Byte> U8 = direct("u8", byte.class, ValueLayout.JAVA_BYTE, true);

    /// `uint16_t`, whose values above 32,767 are negative shorts
    public static final NativeType<Short> U16 = direct("u16", short.class, ValueLayout.JAVA_SHORT, true);

    /// `uint32_t`, whose values from 2³¹ are negative ints
    public static final NativeType<Integer> U32 = direct("u32", int.class, ValueLayout.JAVA_INT, true);

    /// `uint64_t`, whose values from 2⁶³ are negative longs
    public static final NativeType<Long> U64 = direct("u64", long.class, ValueLayout.JAVA_LONG, true);

    /// `float`; the bits of a NaN are kept
    public static final NativeType<Float> F32 = direct("f32", float.class, ValueLayout.JAVA_FLOAT, false);

    /// `double`; the bits of a NaN are kept
    public static final NativeType<Double> F64 = direct("f64", double.class, ValueLayout.JAVA_DOUBLE, false);

    /// `_Bool`; whatever is not 0 is true
    public static final NativeType<Boolean> BOOL = direct("bool", boolean.class, ValueLayout.JAVA_BOOLEAN, true);

    /// `char16_t`
    public static final NativeType<Character> CHAR16 = direct("char16", char.class, ValueLayout.JAVA_CHAR, true);

    /// `ssize_t`, `ptrdiff_t`, `intptr_t`
    public static final NativeType<Long> ISIZE = direct("isize", long.class, ValueLayout.JAVA_LONG, false);

    /// `size_t`, `uintptr_t`: never negative; C's values from 2⁶³ do not fit and are an [ArithmeticException]
    public static final NativeType<Long> USIZE = new NativeType<>(CTypes.USIZE);

    /// `signed char`, and `char` where it is one
    public static final NativeType<Byte> C_CHAR = direct("cChar", byte.class, ValueLayout.JAVA_BYTE, false);

    /// `short`
    public static final NativeType<Short> C_SHORT = direct("cShort", short.class, ValueLayout.JAVA_SHORT, false);

    /// `int`
    public static final NativeType<Integer> C_INT = direct("cInt", int.class, ValueLayout.JAVA_INT, false);

    /// `long`: 64 bits wide, but 32 on Windows, where a value that does not fit is an error
    public static final NativeType<Long> C_LONG = new NativeType<>(CTypes.LONG);

    /// `unsigned long`: 64 bits wide, bit by bit, but 32 on Windows, where a value that does not fit is an error
    public static final NativeType<Long> C_ULONG = new NativeType<>(CTypes.ULONG);

    /// `long long`
    public static final NativeType<Long> C_LONG_LONG =
            direct("cLongLong", long.class, ValueLayout.JAVA_LONG, false);

    /// `unsigned char`
    public static final NativeType<Byte> C_UCHAR = direct("cUChar", byte.class, ValueLayout.JAVA_BYTE, true);

    /// `unsigned short`
    public static final NativeType<Short> C_USHORT = direct("cUShort", short.class, ValueLayout.JAVA_SHORT, true);

    /// `unsigned int`
    public static final NativeType<Integer> C_UINT = direct("cUInt", int.class, ValueLayout.JAVA_INT, true);

    /// `unsigned long long`
    public static final NativeType<Long> C_ULONG_LONG =
            direct("cULongLong", long.class, ValueLayout.JAVA_LONG, true);

    /// `wchar_t` as a number: a code point, but a unit of UTF-16 on Windows, where what does not fit is an error
    public static final NativeType<Integer> WCHAR = new NativeType<>(CTypes.WCHAR);

    /// `void`, of a result only; Java has null for it
    public static final NativeType<Void> VOID = direct("void", void.class, null, false);

    /// `void *`: a segment of which only the address is known when it comes from C
    ///
    /// A segment given to C stays open during the call. One on the heap is an [IllegalArgumentException].
    public static final NativeType<MemorySegment> ADDRESS = new NativeType<>(Pointers.ADDRESS);

    /// `char *` in UTF-8: copied to C for the time of the call, and copied from C
    ///
    /// NULL from C and null from Java are errors unless it is [#orNull]; so is a NUL inside an argument.
    public static final NativeType<String> CSTRING = text("cstring", StandardCharsets.UTF_8, 1);

    /// `wchar_t *`: UTF-32, but UTF-16 on Windows; else as [#CSTRING]
    public static final NativeType<String> WSTRING = text("wstring", CTypes.WIDE, CTypes.WIDE_UNIT);

    /// `char16_t *`: UTF-16; else as [#CSTRING]
    public static final NativeType<String> UTF16 = text("utf16", CTypes.UTF_16, 2);

    private final Passage passage;
    private final IllegalArgumentException wrong; // null for a type that is right

    private NativeType(Passage passage) {
        this(passage, null);
    }

    private NativeType(Passage passage, IllegalArgumentException wrong) {
        this.passage = passage;
        this.wrong = wrong;
    }

    private static <T> NativeType<T> wrong(String name, IllegalArgumentException why) {
        return new NativeType<>(new Passage(name, Object.class, null, false, null, List.of()), why);
    }

    private static <T> NativeType<T> direct(String name, Class<T> type, ValueLayout layout, boolean unsigned) {
        return new NativeType<>(new Passage(name, type, layout, unsigned, null, List.of()));
    }

    private static NativeType<String> text(String name, Charset charset, int unit) {
        return new NativeType<>(pointer(name, String.class, new Text(name, charset, unit, false, null)));
    }

    private static Passage pointer(String name, Class<?> type, Conversion.OfLong conversion) {
        return new Passage(name, type, ValueLayout.JAVA_LONG, false, conversion, List.of());
    }

    /// `char *` in a charset whose NUL is one byte, or two or four if its name says UTF-16 or UTF-32.
    ///
    /// What the charset can not say becomes its replacement, as in [String#getBytes(Charset)].
    public static NativeType<String> cstring(Charset charset) {
        if (charset.equals(StandardCharsets.UTF_8)) {
            return CSTRING;
        }
        String name = "cstring(" + charset.name() + ")";
        return charset.canEncode() ? text(name, charset, CTypes.unit(charset))
                : wrong(name, BindingException.notOf(charset.name(), "encoder", "a charset that can also be written"));
    }

    /// A pointer that only C looks behind, as a class of the user's own: a `Db` is then never passed for a `Statement`.
    ///
    /// ```java
    /// record Db(MemorySegment segment) {}
    /// NativeType<Db> DB = handle("Db", Db::new, Db::segment);
    /// ```
    ///
    /// NULL from C and null from Java are errors unless it is [#orNull].
    ///
    /// @param name in messages
    public static <T> NativeType<T> handle(
            String name, Function<MemorySegment, ? extends T> wrap, Function<? super T, MemorySegment> unwrap) {
        Objects.requireNonNull(name, "name");
        return new NativeType<>(new Passage(name, Object.class, ValueLayout.ADDRESS, false,
                new Pointers.OfHandle(name, Pointers.function(wrap), Pointers.function(unwrap), false), List.of()));
    }

    /// A C enumeration, whose constants have the values 0, 1, 2, … in the order of the enum class.
    ///
    /// A value of C's for which there is no constant is a [java.util.NoSuchElementException].
    public static <E extends Enum<E>> NativeType<E> enumOf(Class<E> type) {
        return enumOf(type, Enum::ordinal);
    }

    /// A C enumeration with values of its own, each within 32 bits and each another one.
    public static <E extends Enum<E>> NativeType<E> enumOf(Class<E> type, ToLongFunction<? super E> value) {
        Constant.OfEnum conversion = Constant.ofEnum(type.getSimpleName(), type.getEnumConstants(), value::applyAsLong);
        if (conversion == null) {
            return wrong(type.getSimpleName(),
                    BindingException.enumeration(type, "two constants with one value, or a value beyond 32 bits"));
        }
        return new NativeType<>(new Passage(
                type.getSimpleName(), type, ValueLayout.JAVA_INT, false, conversion, List.of()));
    }

    /// A set of bits in an `int`: the constants of the enum class are the bits 0, 1, 2, … in their order.
    ///
    /// A bit of C's for which there is no constant is a [java.util.NoSuchElementException].
    public static <E extends Enum<E>> NativeType<Set<E>> flags(Class<E> type) {
        return flags(type, constant -> constant.ordinal() < 32 ? 1L << constant.ordinal() : 0);
    }

    /// A set of bits in an `int`, each constant of the enum class one or several of its 32.
    public static <E extends Enum<E>> NativeType<Set<E>> flags(Class<E> type, ToLongFunction<? super E> bits) {
        Constant.OfFlags conversion = Constant.ofFlags(type.getSimpleName(), type.getEnumConstants(), bits::applyAsLong);
        if (conversion == null) {
            return wrong("flags(" + type.getSimpleName() + ")",
                    BindingException.enumeration(type, "a constant without a bit, or with one beyond 32 bits"));
        }
        return new NativeType<>(new Passage("flags(" + type.getSimpleName() + ")", Set.class,
                ValueLayout.JAVA_INT, true, conversion, List.of()));
    }

    /// {@return a type that travels as this one does, and is another one in Java}
    ///
    /// Either function may be called by any thread, and throws what the call shall throw. Neither sees null for a NULL
    /// of [#orNull]: that stays null.
    ///
    /// @param read  makes the user's value of what C gave
    /// @param write makes what C takes of the user's value
    public <U> NativeType<U> map(Function<? super T, ? extends U> read, Function<? super U, ? extends T> write) {
        Objects.requireNonNull(read, "read");
        Objects.requireNonNull(write, "write");
        if (wrong != null) {
            return wrong(passage.name(), wrong);
        }
        List<Passage.Mapping> mappings = new ArrayList<>(passage.mappings());
        mappings.add(admitsNull()
                ? new Passage.Mapping(new NullStays(Pointers.function(read)), new NullStays(Pointers.function(write)))
                : new Passage.Mapping(Pointers.function(read), Pointers.function(write)));
        return new NativeType<>(new Passage(passage.name(), passage.javaType(), passage.layout(),
                passage.unsigned(), passage.conversion(), List.copyOf(mappings)));
    }

    private record NullStays(Function<Object, Object> function) implements Function<Object, Object> {
        @Override
        public Object apply(Object value) {
            return value == null ? null : function.apply(value);
        }
    }

    private boolean admitsNull() {
        return switch (passage.conversion()) {
            case Text t -> t.nullable();
            case Pointers.OfHandle h -> h.nullable();
            case Pointers.OfAddress a -> a.nullable();
            case null, default -> false;
        };
    }

    /// {@return this type, of a pointer, with null in Java for NULL in C}
    ///
    /// [#ADDRESS] has [MemorySegment#NULL] for NULL, and null in its place by this.
    public NativeType<T> orNull() {
        if (wrong != null || admitsNull()) {
            return this;
        }
        String name = passage.name() + ".orNull";
        Conversion conversion = switch (passage.conversion()) {
            case Text t -> new Text(name, t.charset(), t.unit(), true, t.free());
            case Pointers.OfHandle h -> new Pointers.OfHandle(name, h.wrap(), h.unwrap(), true);
            case Pointers.OfAddress _ -> new Pointers.OfAddress(name, true);
            case null, default -> null;
        };
        if (conversion == null) {
            return wrong(name, BindingException.notOf(this, "orNull", "a pointer"));
        }
        List<Passage.Mapping> mappings = passage.mappings().stream()
                .map(m -> new Passage.Mapping(new NullStays(m.read()), new NullStays(m.write())))
                .toList();
        return new NativeType<>(new Passage(
                name, passage.javaType(), passage.layout(), passage.unsigned(), conversion, mappings));
    }

    /// {@return this type, of a result that becomes ours: it is copied, and then given to C's `free`}
    ///
    /// On Windows that is the C runtime's that the JDK links to; a library with another has a function of its own.
    /// Only text is owned so far.
    public NativeType<T> owned() {
        return ownedBy(new Release.ByFree());
    }

    /// {@return this type, of a result that becomes ours: it is copied, and then given to this function}
    ///
    /// Nothing is looked up before the first result is freed.
    ///
    /// @param free takes one parameter, which is declared [#ADDRESS]
    public NativeType<T> owned(Downcall free) {
        return free.frees()
                ? ownedBy(new Release.ByHandle(free.freeing(), free.target()))
                : wrong(passage.name() + ".owned", BindingException.notFreeing(free));
    }

    private NativeType<T> ownedBy(Release free) {
        String name = passage.name() + ".owned";
        if (wrong != null) {
            return this;
        }
        if (!(passage.conversion() instanceof Text t)) {
            return wrong(name, BindingException.notOf(this, "owned", "text"));
        }
        return new NativeType<>(new Passage(name, passage.javaType(), passage.layout(), passage.unsigned(),
                new Text(name, t.charset(), t.unit(), t.nullable(), free), passage.mappings()));
    }

    /// {@return how it lies in memory}
    ///
    /// @throws BindingException for [#VOID], which lies nowhere
    public MemoryLayout layout() {
        requireRight();
        return switch (passage.conversion()) {
            case Conversion.OfLong _ -> ValueLayout.ADDRESS; // by number in a call, but a pointer all the same
            case null, default -> {
                if (passage.layout() == null) {
                    throw BindingException.notOf(this, "layout", "a type with values");
                }
                yield passage.layout();
            }
        };
    }

    /// {@return the value that lies at an offset in bytes, which need not be aligned}
    ///
    /// @throws IndexOutOfBoundsException if it does not lie within the segment
    /// @throws NullPointerException      if it is NULL and this type is not [#orNull]
    public T get(MemorySegment segment, long offset) {
        layout();
        try {
            @SuppressWarnings("unchecked") // a passage is only ever made together with its type
            T value = (T) passage.get(segment, offset);
            return value;
        } catch (Misfit misfit) {
            throw Faults.value(misfit);
        }
    }

    /// Writes a value at an offset in bytes, which need not be aligned.
    ///
    /// @throws IndexOutOfBoundsException if it has no place within the segment
    /// @throws IllegalArgumentException  if it does not fit the type, or is text, which needs memory of its own
    public void set(MemorySegment segment, long offset, T value) {
        set(segment, offset, value, (bytes, _) -> {
            throw new IllegalArgumentException("no allocator for " + bytes + " bytes of " + this);
        });
    }

    /// Writes a value at an offset in bytes, which need not be aligned; what it points to is allocated.
    ///
    /// @param allocator gives memory that must live as long as C may look at it
    /// @throws IndexOutOfBoundsException if it has no place within the segment
    /// @throws IllegalArgumentException  if it does not fit the type
    public void set(MemorySegment segment, long offset, T value, SegmentAllocator allocator) {
        layout();
        try {
            passage.set(segment, offset, value, allocator);
        } catch (Misfit misfit) {
            throw Faults.value(misfit);
        }
    }

    /// Throws why this type can not be, if so. An exception is thrown anew, with the stack of who uses the type.
    void requireRight() {
        if (wrong != null) {
            throw BindingException.again(wrong);
        }
    }

    boolean hasOrNull() {
        return isText() || passage.conversion() instanceof Pointers.OfHandle
                || passage.conversion() instanceof Pointers.OfAddress;
    }

    boolean isText() {
        return passage.conversion() instanceof Text;
    }

    boolean isOwned() {
        return passage.conversion() instanceof Text text && text.free() != null;
    }

    /// {@return this type without what [#map] made of it}
    NativeType<?> unmapped() {
        return passage.mappings().isEmpty() ? this : new NativeType<>(new Passage(passage.name(), passage.javaType(),
                passage.layout(), passage.unsigned(), passage.conversion(), List.of()));
    }

    Passage passage() {
        return passage;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof NativeType<?> type && type.passage.equals(passage) && type.wrong == wrong;
    }

    @Override
    public int hashCode() {
        return passage.hashCode();
    }

    /// {@return the type as it is declared, such as `i32` or `cstring.orNull`}
    @Override
    public String toString() {
        return passage.name();
    }
}
