// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Cell;
import ffi.core.internal.Conversion;
import ffi.core.internal.CTypes;
import ffi.core.internal.Capture;
import ffi.core.internal.Facts;
import ffi.core.internal.Faults;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Misfit;
import ffi.core.internal.Ownership;
import ffi.core.internal.Passage;
import ffi.core.internal.Pointers;
import ffi.core.internal.Release;
import ffi.core.internal.Text;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Type;
import java.nio.Buffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

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
/// A type that can not be, such as an integer that is [#owned], is made all the same, for types are made by
/// initializers of classes, which must not fail. What uses it throws a [BindingException] that says why, a [Signature]
/// first of all.
///
/// Types are immutable, and two are equal if they were made in the same way.
///
/// @param <T> the type of Java
// A long file, for it is all that a type is asked for, with what users read of it. What makes the types that are not
// C's own stands in classes beside it, which are loaded by the first such type and not by the first call.
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
    private Cell cell; // once it was asked for

    NativeType(Passage passage) {
        this(passage, null);
    }

    private NativeType(Passage passage, IllegalArgumentException wrong) {
        this.passage = passage;
        this.wrong = wrong;
    }

    static NativeType<?> of(Passage passage) {
        return new NativeType<>(passage);
    }

    NativeType<T> with(String name, Conversion conversion) {
        return new NativeType<>(passage.with(name, conversion));
    }

    /// {@return a type that can not be, which says why when it is used}
    static <T> NativeType<T> wrong(String name, IllegalArgumentException why) {
        return new NativeType<>(new Passage(name, Object.class, null, false, null, List.of()), why);
    }

    private static <T> NativeType<T> direct(String name, Class<T> type, ValueLayout layout, boolean unsigned) {
        return new NativeType<>(new Passage(name, type, layout, unsigned, null, List.of()));
    }

    private static NativeType<String> text(String name, Charset charset, int unit) {
        return new NativeType<>(pointer(name, String.class, new Text(name, charset, unit, false, null)));
    }

    static Passage pointer(String name, Class<?> type, Conversion.OfLong conversion) {
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
        return PointerTypes.handle(name, wrap, unwrap);
    }

    /// An enumeration in an `int`, whose constants have the numbers 0, 1, 2, … in the order of the enum class, or those
    /// that they say themselves, see [Numbered].
    ///
    /// Of two constants with one number the first is read, and either can be written. Reading a number without a
    /// constant throws a [java.util.NoSuchElementException], unless the type is made [#openEnum].
    public static <E extends Enum<E>> NativeType<E> enumOf(Class<E> type) {
        return EnumTypes.enumeration(type, null, Constant::number);
    }

    /// An enumeration in an `int` with these numbers, each within 32 bits, with or without a sign; else as
    /// [#enumOf(Class)].
    public static <E extends Enum<E>> NativeType<E> enumOf(Class<E> type, ToLongFunction<? super E> value) {
        return EnumTypes.enumeration(type, null, value);
    }

    /// An enumeration in an integer of another width, such as [#U8] for `enum kind : uint8_t`; else as
    /// [#enumOf(Class)].
    ///
    /// @param carrier an integer type; null for the `int` of [#enumOf(Class)]. A constant that it does not have makes a
    ///                type that cannot be used.
    public static <E extends Enum<E>> NativeType<E> enumOf(Class<E> type, NativeType<?> carrier) {
        return EnumTypes.enumeration(type, carrier, Constant::number);
    }

    /// An enumeration in an integer of another width, with these numbers; else as [#enumOf(Class, NativeType)].
    ///
    /// @param value the number of a constant; for a carrier of 64 bits without a sign bit by bit
    public static <E extends Enum<E>> NativeType<E> enumOf(
            Class<E> type, NativeType<?> carrier, ToLongFunction<? super E> value) {
        return EnumTypes.enumeration(type, carrier, value);
    }

    /// {@return this enumeration, which keeps a number that has no constant}
    ///
    /// A library that adds a constant then breaks no program that was written before.
    ///
    /// @param closed made by [#enumOf(Class)] or one of its like, and not mapped
    public static <E extends Enum<E>> NativeType<OpenEnum<E>> openEnum(NativeType<E> closed) {
        return EnumTypes.open(closed);
    }

    /// A set of bits in an `int`: the constants of the enum class are the bits 0, 1, 2, … in their order, or those that
    /// they say themselves, see [Numbered].
    ///
    /// A constant may have several bits, and is read if all of them are set. A constant with the number 0, such as
    /// `NONE`, is read if no bit is set. Reading a bit without a constant throws a [java.util.NoSuchElementException],
    /// unless the type is made [#openFlags].
    public static <E extends Enum<E>> NativeType<Set<E>> flags(Class<E> type) {
        return EnumTypes.flags(type, null, EnumTypes.bits());
    }

    /// A set of bits in an `int`, each constant of the enum class some of its 32; else as [#flags(Class)].
    public static <E extends Enum<E>> NativeType<Set<E>> flags(Class<E> type, ToLongFunction<? super E> bits) {
        return EnumTypes.flags(type, null, bits);
    }

    /// A set of bits in an integer of another width, such as [#I16] for `pollfd.events`; else as [#flags(Class)].
    ///
    /// @param carrier an integer type; null for the `int` of [#flags(Class)]. A constant with a bit that it does not
    ///                have makes a type that cannot be used.
    public static <E extends Enum<E>> NativeType<Set<E>> flags(Class<E> type, NativeType<?> carrier) {
        return EnumTypes.flags(type, carrier, EnumTypes.bits());
    }

    /// A set of bits in an integer of another width, with these bits; else as [#flags(Class, NativeType)].
    ///
    /// @param bits of a constant; the highest of 64 is negative
    public static <E extends Enum<E>> NativeType<Set<E>> flags(
            Class<E> type, NativeType<?> carrier, ToLongFunction<? super E> bits) {
        return EnumTypes.flags(type, carrier, bits);
    }

    /// {@return this set of bits, which keeps bits that have no constant}
    ///
    /// @param closed made by [#flags(Class)] or one of its like, and not mapped
    public static <E extends Enum<E>> NativeType<OpenFlags<E>> openFlags(NativeType<Set<E>> closed) {
        return EnumTypes.openSet(closed);
    }

    /// `T *` as a [Pointer]: its memory is looked at where Java asks for it, and nothing is copied.
    ///
    /// NULL from C and null from Java are errors unless it is [#orNull]; [Pointer#ofNull] is NULL in any case. One that
    /// is [#owned] is closed by [Pointer#close].
    ///
    /// @param to the type of what lies there
    public static <T> NativeType<Pointer<T>> pointer(NativeType<T> to) {
        return PointerTypes.pointer(to);
    }

    /// `T *` with several elements, as a Java array, which says what they are: `int[]`, `String[]` for `char **`,
    /// `Point[]` of a record, `int[][]` for `int **`.
    ///
    /// In a call C gets the address of a copy, and what it writes comes back into the array unless the type is
    /// [#asConst]. A function that is called [Signature#asCritical] gets an array of numbers itself. Of a result, and
    /// in memory, the number of elements must be known: [#sized], [#sizedBy] or [#terminated]. An array that is
    /// [#sized] lies in memory in place, any other one behind a pointer.
    ///
    /// @param type the class of the array
    public static <A> NativeType<A> array(Class<A> type) {
        return ArrayTypes.made(type);
    }

    /// An array whose elements are not what its class says by itself, such as `array(long[].class, USIZE)`; else as
    /// [#array(Class)].
    public static <A> NativeType<A> array(Class<A> type, NativeType<?> element) {
        return ArrayTypes.made(type, element);
    }

    /// Several elements as a [List]; else as [#array(Class)]. A list from C can not be changed; one that C has changed
    /// must be one that can be set.
    public static <T> NativeType<List<T>> list(NativeType<T> element) {
        return ArrayTypes.madeList(element);
    }

    /// Several elements as a buffer, from its position to its limit. A direct one is C's memory itself, one of the heap
    /// is copied, as an array is, except by a critical function. As a result, which is sized, it is a view of C's
    /// memory.
    public static <B extends Buffer> NativeType<B> buffer(Class<B> type) {
        return ArrayTypes.madeBuffer(type);
    }

    /// A struct by value, as a record of Java, whose components are its fields in order.
    ///
    /// ```java
    /// record Point(double x, double y) {}
    /// NativeType<Point> POINT = struct(Point.class);
    /// ```
    ///
    /// A component is of any class that a method of a bound interface may have, with the same annotations: another
    /// record is a struct in the struct, an array with a [Length] lies in place. Null has no struct: it is an error.
    public static <R> NativeType<R> struct(Class<R> record) {
        try {
            @SuppressWarnings("unchecked") // it is made for this class
            NativeType<R> type = (NativeType<R>) Records.struct(record, null);
            return type;
        } catch (IllegalArgumentException why) {
            return wrong(record.getSimpleName(), why);
        }
    }

    /// A struct by value, as a class of which only the caller knows how it is made and taken apart.
    ///
    /// @param name        in messages
    /// @param type        the class
    /// @param members     the fields, in the order of C
    /// @param constructor makes an object of the members' values
    public static <T> NativeType<T> struct(String name, Class<T> type, List<Member> members, MethodHandle constructor) {
        try {
            return new NativeType<>(Records.passage(name, type, members, constructor));
        } catch (IllegalArgumentException why) {
            return wrong(name, why);
        }
    }

    /// A struct by value that is viewed in place.
    static <S> NativeType<Ref<S>> struct(StructType<S> type) {
        return new NativeType<>(new Passage(type.name(), Ref.class, ValueLayout.JAVA_LONG, false,
                new StructPassing<>(type), List.of()));
    }

    /// {@return this array, list or buffer, which C only reads: nothing comes back}
    public NativeType<T> asConst() {
        return ArrayTypes.constant(this);
    }

    /// {@return this array, list or buffer of so many elements, no more and no less; or this text in memory of so many
    /// elements}
    ///
    /// An element of text is what its charset counts by: a `char` of [#CSTRING], a `char16_t` of [#UTF16], a `wchar_t`
    /// of [#WSTRING]. Text that is sized lies in memory in place, such as `char name[16]` or `wchar_t name[16]`, with
    /// its NUL and zeros to the end. A call passes memory of that size. Text from C ends with the first NUL, or with
    /// the memory if there is none; text that leaves no element for the NUL is not written, unless it is [#padded].
    ///
    /// A type that is also [#owned] lies behind a pointer, since memory in place cannot be given back.
    ///
    /// @param count in elements, from 0 to 2³¹-1; with any other the type is invalid
    public NativeType<T> sized(long count) {
        return ArrayTypes.sized(this, count);
    }

    /// {@return this text, which is [#sized], and has no NUL if it fills its memory}
    ///
    /// Such are the fields that strncpy(3) writes, and those of file formats, such as `ut_user` of utmp(5) or the name
    /// of a `tar` header. What is read from such memory can be written back to it.
    public NativeType<T> padded() {
        return ArrayTypes.padded(this);
    }

    /// {@return this array, list or buffer, of a result that has as many elements as an argument says}
    ///
    /// @param argument which one, from 0; an integer, or an [Out] of one, whose value after the call counts
    public NativeType<T> sizedBy(int argument) {
        return ArrayTypes.sizedBy(this, argument);
    }

    /// {@return this array or list, which ends with an element of zeros, such as NULL}
    ///
    /// It is added to what goes to C, and looked for in what comes from C.
    public NativeType<T> terminated() {
        return ArrayTypes.terminated(this);
    }

    /// A pointer to a function, as a functional interface, whose method says the types as that of a bound interface
    /// does.
    ///
    /// A function of Java that is given to a call lives until the call returns; what lives longer is made by [Upcall].
    /// A function that C gives, and one that is a [Downcall]'s, is C's own. NULL from C and null from Java are errors
    /// unless it is [#orNull].
    ///
    /// @param face an interface with one abstract method
    public static <F> NativeType<F> callback(Class<F> face) {
        try {
            return new NativeType<>(Callbacks.of(face, face, null));
        } catch (IllegalArgumentException why) {
            return wrong("callback(" + face.getSimpleName() + ")", why);
        }
    }

    /// A pointer to a function with these native types; else as [#callback(Class)].
    ///
    /// @param face       an interface with one abstract method, which takes and returns what the types say
    /// @param result     what it returns to C, or [#VOID]
    /// @param parameters what C gives it, in order
    public static <F> NativeType<F> callback(Class<F> face, NativeType<?> result, NativeType<?>... parameters) {
        return callback(face, null, result, parameters);
    }

    /// A pointer to a function, as an interface that not all can see; else as
    /// [#callback(Class, NativeType, NativeType...)].
    ///
    /// @param caller a full lookup of a class in the same package as the interface, or null if all can see it
    public static <F> NativeType<F> callback(
            Class<F> face, MethodHandles.Lookup caller, NativeType<?> result, NativeType<?>... parameters) {
        try {
            return new NativeType<>(Callbacks.of(face, Signature.of(result, parameters), caller));
        } catch (IllegalArgumentException why) {
            return wrong(Arrays.stream(parameters).map(NativeType::toString)
                    .collect(Collectors.joining(", ", "callback(" + result + " (", "))")), why);
        }
    }

    /// A pointer to a function whose interface is being read just now, as where an interface names itself.
    ///
    /// It is written into the type of that interface before that is known, and asks for it at its first use.
    ///
    /// @param face    an interface with one abstract method
    /// @param generic the interface with its type arguments; two of these types are equal if it is
    /// @param type    gives the type of the whole interface: a callback; it is asked once, or by several threads
    public static <F> NativeType<F> callback(Class<F> face, Type generic, Supplier<NativeType<F>> type) {
        return new NativeType<>(Callbacks.later(face, generic, type));
    }

    /// `void *` of C's that is an object of Java's: C is given a number for it, and Java finds the object by that.
    ///
    /// An object that is given to a call is known until the call returns; [Upcall#keep] says how it stays known longer.
    /// What is not known, or is another class's, is a [java.util.NoSuchElementException]. NULL from C and null from
    /// Java are errors unless it is [#orNull].
    public static <T> NativeType<T> object(Class<T> type) {
        return PointerTypes.object(type);
    }

    /// {@return this callback, of which C gets a value when the function throws}
    ///
    /// Without it C gets 0, NULL, or a struct of zeros.
    ///
    /// @param value of the type of the callback's result, which is a number, a constant or a truth value
    public NativeType<T> onError(Object value) {
        return TypeWords.onError(this, value);
    }

    /// `T *` that C fills in: an [Out], which is given to the call and holds the value after it.
    ///
    /// Null from Java is an error unless it is [#orNull], and is NULL then: C is told that the value is not wanted.
    public static <T> NativeType<Out<T>> out(NativeType<T> type) {
        return PointerTypes.out("out", type, false);
    }

    /// `T *` that C reads and writes: the value of the [Out] goes in, and what C made of it comes back.
    public static <T> NativeType<Out<T>> inout(NativeType<T> type) {
        return PointerTypes.out("inout", type, true);
    }

    /// {@return a type that travels as this one does, and is another one in Java}
    ///
    /// Either function may be called by any thread, and throws what the call shall throw. The functions of a type that
    /// is [#orNull] get null for NULL, and return null for it if they return null. A mapped type that becomes
    /// [#orNull] has null for NULL, and its functions get no null.
    ///
    /// ```java
    /// NativeType<Optional<String>> name = CSTRING.orNull().map(Optional::ofNullable, text -> text.orElse(null));
    /// NativeType<Path> pathOrNull = CSTRING.map(Path::of, Path::toString).orNull();
    /// ```
    ///
    /// @param read  makes the user's value of what C gave
    /// @param write makes what C takes of the user's value
    public <U> NativeType<U> map(Function<? super T, ? extends U> read, Function<? super U, ? extends T> write) {
        return TypeWords.map(this, read, write);
    }

    boolean admitsNull() {
        return passage.conversion() != null && passage.conversion().nullable();
    }

    /// {@return this type, of a pointer, with null in Java for NULL in C}
    ///
    /// [#ADDRESS] has [MemorySegment#NULL] for NULL, and null in its place by this.
    public NativeType<T> orNull() {
        return TypeWords.orNull(this);
    }

    /// {@return this type, of a result that says whether the call failed: then `errno` is thrown}
    ///
    /// A number that is -1 and a pointer that is NULL say so; the call throws [ErrnoException] then. For functions that
    /// say it otherwise there is [#orThrow], behind [#withErrno].
    public NativeType<T> orErrno() {
        return TypeWords.orErrno(this);
    }

    /// {@return this type, of a result beside the `errno` that its call left}
    ///
    /// It is cleared before the call, read right after it, and that of the thread that calls.
    public NativeType<WithErrno<T>> withErrno() {
        return TypeWords.withErrno(this, "withErrno", Capture.ERRNO, "a result that has none");
    }

    /// {@return as [#withErrno], of Windows's `GetLastError`; elsewhere a type that can not be}
    public NativeType<WithErrno<T>> withLastError() {
        return TypeWords.withErrno(this, "withLastError", Capture.LAST_ERROR, "Windows");
    }

    /// {@return as [#withErrno], of Windows's `WSAGetLastError`; elsewhere a type that can not be}
    public NativeType<WithErrno<T>> withSocketError() {
        return TypeWords.withErrno(this, "withSocketError", Capture.SOCKET_ERROR, "Windows");
    }

    /// {@return this type, of a result of which a function says whether it is a failure}
    ///
    /// ```java
    /// NativeType<Integer> status = I32.orThrow(code -> code == 0 ? null : new SqliteException(code));
    /// ```
    ///
    /// A library whose functions all fail in one way declares such a type once. A type that is [#orNull] gives the
    /// function null for NULL:
    ///
    /// ```java
    /// NativeType<String> name = CSTRING.orNull().orThrow(text -> text == null ? new IOException("no name") : null);
    /// ```
    ///
    /// @param fault what the call throws, checked or not; null if it did not fail
    public NativeType<T> orThrow(Function<? super T, ? extends Throwable> fault) {
        Objects.requireNonNull(fault, "fault");
        return map(new ErrnoTypes.Throwing<>(fault), Function.identity());
    }

    /// {@return this type, of a result that becomes ours: it is copied, and then given to C's `free`}
    ///
    /// On Windows that is the C runtime's that the JDK links to; a library with another has a function of its own.
    /// Only text is owned so far.
    public NativeType<T> owned() {
        return TypeWords.owned(this, new Release.ByFree());
    }

    /// {@return this type, of a result that becomes ours: it is copied, and then given to this function}
    ///
    /// Nothing is looked up before the first result is freed.
    ///
    /// @param free takes one parameter, which is declared [#ADDRESS]
    public NativeType<T> owned(Downcall free) {
        return TypeWords.owned(this, free);
    }

    /// Gives back to C what a result that is [#owned] was made of: the segment of a handle. A use of it is an
    /// [IllegalStateException] from then on. By any thread.
    ///
    /// @param owned the very segment that came from C
    /// @throws IllegalStateException if it was given back before, is not owned, or is in use by a call
    public static void release(MemorySegment owned) {
        Ownership.close(owned);
    }

    /// {@return this number as it lies in memory whose highest byte comes first; it has no place in a call}
    public NativeType<T> bigEndian() {
        return TypeWords.ordered(this, "bigEndian", ByteOrder.BIG_ENDIAN);
    }

    /// {@return this number as it lies in memory whose lowest byte comes first; it has no place in a call}
    public NativeType<T> littleEndian() {
        return TypeWords.ordered(this, "littleEndian", ByteOrder.LITTLE_ENDIAN);
    }

    /// {@return how it lies in memory}
    ///
    /// @throws BindingException for [#VOID], which lies nowhere, and for what only a call has, such as an [#out]
    public MemoryLayout layout() {
        return cell().layout();
    }

    /// {@return how its values are read and written in memory}
    Cell cell() {
        Cell known = cell;
        if (known == null) {
            if (wrong != null) {
                throw BindingException.again(wrong);
            }
            if (passage.layout() == null || isOfCall()) {
                throw BindingException.notOf(this, "layout", "a type with values");
            }
            cell = known = passage.cell();
        }
        return known;
    }

    /// {@return the value that lies at an offset in bytes, which need not be aligned}
    ///
    /// @throws IndexOutOfBoundsException if it does not lie within the segment
    /// @throws NullPointerException      if it is NULL and this type is not [#orNull]
    public T get(MemorySegment segment, long offset) {
        Cell cell = cell();
        try {
            @SuppressWarnings("unchecked") // a passage is only ever made together with its type
            T value = (T) cell.get(segment, offset);
            return value;
        } catch (Misfit misfit) {
            throw Faults.value(misfit);
        } catch (RuntimeException thrown) {
            throw MemoryFaults.access(thrown, segment, "offset", offset, this);
        }
    }

    /// Writes a value at an offset in bytes, which need not be aligned.
    ///
    /// @throws IndexOutOfBoundsException if it has no place within the segment
    /// @throws IllegalArgumentException  if it does not fit the type, or is text, which needs memory of its own
    public void set(MemorySegment segment, long offset, T value) {
        set(segment, offset, value, noRoom());
    }

    /// {@return how text of this type is read}
    Text text() {
        requireRight();
        return (Text) passage.conversion();
    }

    /// {@return an allocator that says that there is none}
    SegmentAllocator noRoom() {
        return new NoRoom(this);
    }

    /// {@return a pointer to memory for one value, all zero}
    ///
    /// @param allocator gives memory that must live as long as C may look at it
    public Pointer<T> allocate(SegmentAllocator allocator) {
        return allocate(allocator, 1);
    }

    /// {@return a pointer to memory for so many values, all zero}
    ///
    /// @param allocator gives memory that must live as long as C may look at it
    /// @throws IllegalArgumentException if the count is negative
    public Pointer<T> allocate(SegmentAllocator allocator, long count) {
        if (count < 0) {
            throw new IllegalArgumentException(Facts.of("A negative count")
                    .add("type", this).add("elements", count).toString());
        }
        try {
            return Pointer.of(allocator.allocate(layout(), count), this, allocator, null);
        } catch (RuntimeException thrown) {
            throw MemoryFaults.arena(thrown, "type", this);
        }
    }

    /// {@return a pointer to memory that holds a value}
    ///
    /// @param allocator gives that memory, and what the value points to
    /// @throws IllegalArgumentException if the value does not fit the type
    public Pointer<T> allocateFrom(SegmentAllocator allocator, T value) {
        Pointer<T> pointer = allocate(allocator, 1);
        pointer.set(0, value, allocator);
        return pointer;
    }

    /// Writes a value at an offset in bytes, which need not be aligned; what it points to is allocated.
    ///
    /// @param allocator gives memory that must live as long as C may look at it
    /// @throws IndexOutOfBoundsException if it has no place within the segment
    /// @throws IllegalArgumentException  if it does not fit the type
    public void set(MemorySegment segment, long offset, T value, SegmentAllocator allocator) {
        Cell cell = cell();
        try {
            cell.set(segment, offset, value, allocator);
        } catch (Misfit misfit) {
            throw Faults.value(misfit);
        } catch (RuntimeException thrown) {
            throw MemoryFaults.access(thrown, segment, "offset", offset, this);
        }
    }

    /// Throws why this type can not be, if so. An exception is thrown anew, with the stack of who uses the type.
    void requireRight() {
        if (wrong != null) {
            throw BindingException.again(wrong);
        }
        if (passage.conversion() instanceof StructPassing<?>(var struct)) {
            struct.requireRight();
        }
    }

    /// {@return why this type can not be, or null}
    IllegalArgumentException why() {
        return wrong;
    }

    /// {@return why nothing can point to this type as the word says, or null}
    IllegalArgumentException whyNot(String word) {
        if (wrong != null) {
            return wrong;
        }
        return passage.layout() == null || isOfCall() ? BindingException.notOf(this, word, "a type with values") : null;
    }

    /// Whether only a call has values of this type, and memory has none.
    boolean isOfCall() {
        return isParameter() || passage.capture() != null;
    }

    boolean isParameter() {
        return passage.conversion() != null && passage.conversion().isParameter();
    }

    /// Whether its size is known: that of a struct is not while its fields are being declared.
    boolean isComplete() {
        return !(passage.conversion() instanceof Later);
    }

    /// {@return this type, or the one that it has become}
    NativeType<?> completed() {
        return passage.conversion() instanceof Later later ? later.type() : this;
    }

    boolean hasOrNull() {
        return passage.conversion() != null && passage.conversion().orNull("") != null;
    }

    boolean canBeOwned() {
        return passage.conversion() != null && passage.conversion().owned("", null) != null;
    }

    /// Whether what comes from C is given back to it, or a part of it, such as the elements of a list.
    boolean owns() {
        return passage.conversion() != null && passage.conversion().owns();
    }

    /// {@return whether what comes from C is given back to it, see [#owned]}
    public boolean isOwned() {
        return passage.conversion() != null && passage.conversion().free() != null;
    }

    /// {@return this type without what [#map] made of it}
    NativeType<?> unmapped() {
        return passage.mappings().isEmpty() ? this : new NativeType<>(new Passage(passage.name(), passage.javaType(),
                passage.layout(), passage.unsigned(), passage.conversion(), List.of(), passage.failure()));
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
