// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.ArrayPassing;
import ffi.core.internal.Bits;
import ffi.core.internal.Facts;
import ffi.core.internal.Integral;
import ffi.core.internal.Layouts;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Placement;
import ffi.core.internal.Structure;

import java.lang.foreign.Arena;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/// A struct or union of C, declared field by field, whose values are viewed in place.
///
/// ```java
/// final class Person {
///     static final StructType<Person> TYPE = StructType.of("Person");
///     static final Field<Person, Integer> AGE = TYPE.field("age", I32);
///     static final Field<Person, String> NAME = TYPE.field("name", CSTRING.orNull());
///     static final Field<Person, Pointer<Ref<Person>>> PARENT = TYPE.field("parent", TYPE.pointer());
///     static final Field<Person, Integer> LEVEL = TYPE.bits("level", U32, 3);
/// }
/// ```
///
/// Fields are declared in C's order, and lie where this platform's C compiler puts them. All are declared by one
/// thread, before the size is first asked for; from then on any thread may use them.
///
/// A struct that C can not have is declared all the same, for it is declared by an initializer of a class, which must
/// not fail. What uses it, or a field of it that can not be, throws a [BindingException] that says which field, and
/// why.
///
/// @param <S> the tag: the class that holds the fields, so that a field is not taken for one of another struct
public final class StructType<S> {

    private static final long MOST_ALIGNMENT = 1L << 28;

    private final String name;
    private final boolean union;
    private final Placement placement;
    private final List<Layouts.Part> parts = new ArrayList<>();
    private final List<Field<S, ?>> fields = new ArrayList<>(); // one for each part
    private final Set<String> names = new HashSet<>();
    private final NativeType<Ref<S>> byValue;
    private long forced;
    private boolean declaring;
    private boolean unnamed; // whether it has bits without a name
    private Fields.Flexible<S, ?> flexible;
    private IllegalArgumentException wrong;
    private GroupLayout layout; // once it was asked for; no field comes after that
    private Structure structure;

    private StructType(String name, boolean union) {
        this.name = Objects.requireNonNull(name, "name");
        this.union = union;
        placement = new Placement(union);
        byValue = NativeType.struct(this);
    }

    /// {@return a struct that has no fields yet}
    ///
    /// @param name in messages
    public static <S> StructType<S> of(String name) {
        return new StructType<>(name, false);
    }

    /// {@return a union that has no fields yet, of which all will begin at its beginning}
    public static <S> StructType<S> union(String name) {
        return new StructType<>(name, true);
    }

    // --- how fields are placed -----------------------------------------------------------------------------------

    /// {@return this struct, with no padding between its fields: `__attribute__((packed))`}
    public StructType<S> packed() {
        if (isUntouched("packed")) {
            placement.pack();
        }
        return this;
    }

    /// {@return this struct, with no field aligned to more than so many bytes: `#pragma pack(n)`}
    ///
    /// Without Microsoft's rules bit-fields then follow each other without padding, whatever the number.
    public StructType<S> packed(int bytes) {
        if (isUntouched("packed(" + bytes + ")") && isPower(bytes, "packed")) {
            placement.pack(bytes);
        }
        return this;
    }

    /// {@return this struct, as a whole aligned to so many bytes at least: `__attribute__((aligned(n)))`}
    public StructType<S> aligned(int bytes) {
        if (isUntouched("aligned(" + bytes + ")") && isPower(bytes, "aligned")) {
            placement.align(bytes);
        }
        return this;
    }

    /// {@return this struct, with bit-fields where Microsoft's compilers place them: `__attribute__((ms_struct))`}
    ///
    /// On Windows that is so without a word.
    public StructType<S> msBitFields() {
        if (isUntouched("msBitFields")) {
            placement.useMicrosoft();
        }
        return this;
    }

    /// {@return this struct, whose next field is aligned to so many bytes at least: `_Alignas(n)`}
    public StructType<S> align(int bytes) {
        if (isPower(bytes, "align")) {
            forced = bytes;
        }
        return this;
    }

    private boolean isUntouched(String word) {
        if (parts.isEmpty() && layout == null) {
            return true;
        }
        refuse(fault(word, null, "a word of the whole struct after its first field", "say it right after the name"));
        return false;
    }

    private boolean isPower(long bytes, String word) {
        if (bytes > 0 && bytes <= MOST_ALIGNMENT && Long.bitCount(bytes) == 1) {
            return true;
        }
        refuse(fault(word + "(" + bytes + ")", null, "an alignment that is no power of two", null));
        return false;
    }

    // --- fields --------------------------------------------------------------------------------------------------

    /// Declares the next field: inline if it is a number, a struct or an array that is [NativeType#sized], else a
    /// pointer.
    public <T> Field<S, T> field(String name, NativeType<T> type) {
        try {
            begin(name, type);
            MemoryLayout lies = layoutOf(name, type);
            long offset = placement.place(lies.byteSize(), lies.byteAlignment(), forced);
            return add(lies, offset, Fields.Inline.of(this, name, type, offset));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return refuse(name, type, e);
        } finally {
            end();
        }
    }

    /// Declares the next field: a struct in place.
    public <N> Field<S, Ref<N>> field(String name, StructType<N> nested) {
        try {
            begin(name, nested);
            return addNested(name, nested);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return refuse(name, nested.byValue(), e);
        } finally {
            end();
        }
    }

    /// Declares the next field: an unnamed struct or union, whose fields are had by [Field#then].
    public <N> Field<S, Ref<N>> anonymous(StructType<N> nested) {
        try {
            begin(null, nested);
            return addNested("", nested);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return refuse("", nested.byValue(), e);
        } finally {
            end();
        }
    }

    private <N> Field<S, Ref<N>> addNested(String name, StructType<N> nested) {
        GroupLayout lies = layoutOf(name, nested);
        long offset = placement.place(lies.byteSize(), lies.byteAlignment(), forced);
        return add(lies, offset, new Fields.Nested<>(this, name, nested, offset, lies.byteSize()));
    }

    /// Declares the next field: so many structs in place, one after the other.
    ///
    /// Each get makes a list of views, which can not be changed; the structs can.
    public <N> Field<S, List<Ref<N>>> field(String name, StructType<N> nested, int count) {
        try {
            begin(name, nested);
            if (count < 0) {
                throw fault(name, nested, "a count of " + count, null);
            }
            MemoryLayout lies = MemoryLayout.sequenceLayout(count, layoutOf(name, nested));
            long offset = placement.place(lies.byteSize(), lies.byteAlignment(), forced);
            return add(lies, offset, new Fields.Several<>(this, name, nested, offset, nested.byteSize(), count));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return refuse(name, NativeType.list(nested.byValue()), e);
        } finally {
            end();
        }
    }

    /// Declares the next field: a pointer to as many elements as another field of this struct says.
    ///
    /// What is set is copied to memory of its own, and the count is set with it.
    ///
    /// @param array of no declared size
    /// @param count an integer, which was declared before
    public <T> Field<S, T> field(String name, NativeType<T> array, Field<S, ?> count) {
        try {
            begin(name, array);
            MemoryLayout lies = layoutOf(name, array);
            ArrayPassing elements = arrayOf(name, array);
            Placed<S, ?> counter = counterOf(name, count);
            long offset = placement.place(lies.byteSize(), lies.byteAlignment(), forced);
            return add(lies, offset, new Fields.Counted<>(this, name, array, offset, elements, counter));
        } catch (IllegalArgumentException | ArithmeticException e) {
            return refuse(name, array, e);
        } finally {
            end();
        }
    }

    /// Declares the last field: an array of no declared size, which has as many elements as there is memory for.
    public <T> Field<S, T> flexible(String name, NativeType<T> array) {
        return flexible(name, array, null);
    }

    /// Declares the last field: an array of no declared size, which has as many elements as another field says.
    ///
    /// @param count an integer, which was declared before; null if nothing in the struct says it
    public <T> Field<S, T> flexible(String name, NativeType<T> array, Field<S, ?> count) {
        try {
            begin(name, array);
            if (union) {
                throw fault(name, array, "a flexible array in a union", null);
            }
            ArrayPassing elements = arrayOf(name, array);
            Placed<S, ?> counter = count == null ? null : counterOf(name, count);
            MemoryLayout element = elements.elements().layout();
            long offset = placement.place(0, element.byteAlignment(), forced);
            flexible = new Fields.Flexible<>(this, name, array, offset, elements, element.byteSize(), counter);
            @SuppressWarnings("unchecked")
            Field<S, T> field = (Field<S, T>) flexible;
            return add(MemoryLayout.sequenceLayout(0, element), offset, field);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return refuse(name, array, e);
        } finally {
            end();
        }
    }

    /// Declares the next field: so many bits of an integer, a bool or an enumeration.
    ///
    /// A value that does not fit is an [IllegalArgumentException].
    ///
    /// @param width in bits
    public <T> Field<S, T> bits(String name, NativeType<T> type, int width) {
        try {
            begin(name, type);
            return addBits(name, type, width);
        } catch (IllegalArgumentException | ArithmeticException e) {
            return refuse(name, type, e);
        } finally {
            end();
        }
    }

    /// Declares so many bits that have no name and are not used; of 0 bits, that the next bit-field begins a new unit
    /// of this type.
    public void bits(NativeType<?> type, int width) {
        try {
            begin(null, type);
            addBits(null, type, width);
        } catch (IllegalArgumentException | ArithmeticException e) {
            refuse("", type, e);
        } finally {
            end();
        }
    }

    private <T> Field<S, T> addBits(String name, NativeType<T> type, int width) {
        MemoryLayout lies = layoutOf(name, type);
        Integral integral = Integral.of(type.passage(), placement.isMicrosoft());
        if (integral == null || type.passage().layout().order() != ByteOrder.nativeOrder()
                || ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
            throw fault(name, type + " : " + width, integral == null
                    ? "a bit-field that is no integer, bool or enumeration"
                    : "a bit-field whose lowest byte does not come first", null);
        }
        if (width > integral.width() || width < 0 || width == 0 && name != null) {
            throw fault(name, type + " : " + width, "a width that its type has not",
                    "1 to " + integral.width() + " bits; without a name 0, too");
        }
        long start = placement.placeBits(lies.byteSize(), width, name != null, forced);
        if (name == null) {
            unnamed = true; // to GCC even one of no bits is an integer
            return null;
        }
        Bits bits = Bits.of(start, width, !integral.unsigned());
        Fields.Bitwise<S, T> field = new Fields.Bitwise<>(this, name, type, bits, integral);
        parts.add(new Layouts.Part(name, null, start, width, lies.byteSize()));
        fields.add(field);
        return field;
    }

    private <F> F add(MemoryLayout lies, long offset, F field) {
        Field<S, ?> added = asField(field);
        parts.add(new Layouts.Part(
                added.name().isEmpty() ? null : added.name(), lies,
                Math.multiplyExact(offset, 8L), 8 * lies.byteSize(), 0));
        fields.add(added);
        return field;
    }

    @SuppressWarnings("unchecked") // all that is added is a field of this struct
    private Field<S, ?> asField(Object field) {
        return (Field<S, ?>) field;
    }

    // --- what can not be -----------------------------------------------------------------------------------------

    /// @param name null for what has none
    private void begin(String name, Object type) {
        Objects.requireNonNull(type, "type");
        if (layout != null) {
            throw fault(name, type, "a field that is declared after the size was asked for",
                    "the struct was used by its own declaration, or lies in itself by way of another one");
        }
        if (flexible != null) {
            throw fault(name, type, "a field after a flexible array", "declare " + flexible.name() + " last");
        }
        if (name != null && name.isEmpty()) {
            throw fault(name, type, "no name", "declare it anonymous, or as bits(type, width)");
        }
        if (name != null && !names.add(name)) {
            throw fault(name, type, "a second field of this name", null);
        }
        declaring = true;
    }

    private void end() {
        declaring = false;
        forced = 0;
    }

    private MemoryLayout layoutOf(String name, NativeType<?> type) {
        if (type.owns()) {
            throw fault(name, type, "an owned type, which is one of a result", null);
        }
        if (type.isOfCall()) {
            throw fault(name, type, "a type of parameters only", null);
        }
        return type.layout();
    }

    private GroupLayout layoutOf(String name, StructType<?> nested) {
        unnamed |= nested.unnamed;
        GroupLayout lies = nested.layout();
        if (nested.flexible != null) {
            throw fault(name, nested, "a struct in place that ends with a flexible array", "declare a pointer to it");
        }
        return lies;
    }

    private ArrayPassing arrayOf(String name, NativeType<?> array) {
        if (array.passage().conversion() instanceof ArrayPassing passing && passing.count() < 0) {
            return passing;
        }
        throw fault(name, array, "a type whose elements can not be counted", "an array or a list of no declared size");
    }

    private Placed<S, ?> counterOf(String name, Field<S, ?> count) {
        if (count.struct() == this && ((Placed<S, ?>) count).counts()) {
            return (Placed<S, ?>) count;
        }
        throw fault(name, count + ": " + count.type(), "a count that is no integer field of the same struct", null);
    }

    private IllegalArgumentException fault(String field, Object declared, String found, String hint) {
        return BindingException.with(facts(field, declared, found).hint(hint));
    }

    private Facts facts(String field, Object declared, String found) {
        return Facts.of(union ? "Not a union of C" : "Not a struct of C", name)
                .add("field", field == null || field.isEmpty() ? "(unnamed)" : field)
                .add("declared", declared)
                .add("found", found);
    }

    private void refuse(IllegalArgumentException why) {
        wrong = wrong == null ? why : wrong;
    }

    private <T> Field<S, T> refuse(String name, NativeType<T> type, RuntimeException thrown) {
        IllegalArgumentException why = thrown instanceof BindingException e && e.getMessage().startsWith("Not a ")
                && e.getMessage().contains(" of C: " + Facts.quoted(this.name) + "\n") ? e
                : BindingException.with(facts(name, type, thrown instanceof ArithmeticException
                        ? "a size beyond 2^60 bytes" : thrown.getMessage().replace("\n  ", "; ")), thrown);
        refuse(why);
        return new Fields.Wrong<>(this, name, type, why);
    }

    /// Throws why this struct can not be, if so.
    void requireRight() {
        if (wrong != null) {
            throw BindingException.again(wrong);
        }
        if (declaring) {
            throw fault(null, this, "a struct that lies in itself", "declare a pointer to it, " + name + ".pointer()");
        }
    }

    // --- use -----------------------------------------------------------------------------------------------------

    /// {@return the struct as an argument or result by value, and as an element or field in place}
    ///
    /// In memory its value is a view. As an argument it is copied. A result is copied into memory of its own, which is
    /// freed when nothing refers to it any more ([Arena#ofAuto]).
    public NativeType<Ref<S>> byValue() {
        return byValue;
    }

    /// {@return the pointer to such a struct, which need not be complete: its own fields may have this type}
    public NativeType<Pointer<Ref<S>>> pointer() {
        return NativeType.pointer(byValue);
    }

    /// {@return a new struct, all of it zero}
    ///
    /// What its fields point to will be allocated by the same allocator.
    ///
    /// @param allocator an arena, for as long as which the struct lives
    /// @throws BindingException if the struct can not be
    public Ref<S> allocate(SegmentAllocator allocator) {
        return allocate(allocator, 0);
    }

    /// {@return a new struct, all of it zero, with so many elements in its flexible array}
    ///
    /// If a field says how many, it is set.
    ///
    /// @throws BindingException         if the struct can not be
    /// @throws IllegalArgumentException if the count is negative, or the struct has no flexible array, or no field that
    ///                                  can hold such a count
    public Ref<S> allocate(SegmentAllocator allocator, long count) {
        long bytes = count == 0 ? byteSize() : byteSize(count);
        MemorySegment segment = memory(allocator, bytes);
        if (!(allocator instanceof Arena)) { // of which all memory is zero
            segment.fill((byte) 0);
        }
        Ref<S> ref = new Ref<>(this, segment, new Room(allocator));
        if (count != 0 && flexible.counter() != null) {
            flexible.setCount(ref, count);
        }
        return ref;
    }

    private MemorySegment memory(SegmentAllocator allocator, long bytes) {
        try {
            return allocator.allocate(bytes, byteAlignment());
        } catch (RuntimeException thrown) {
            throw MemoryFaults.arena(thrown, "struct", this);
        }
    }

    /// {@return a view of the struct at the beginning of a segment, which keeps its bounds and its life}
    ///
    /// @throws NullPointerException if that is NULL
    /// @throws BindingException     if the struct can not be
    public Ref<S> at(MemorySegment segment) {
        requireRight();
        return new Ref<>(this, segment, null);
    }

    /// {@return how it lies in memory, with all padding said; bit-fields are numbers that hold them}
    ///
    /// @throws BindingException if the struct can not be
    public GroupLayout layout() {
        requireRight();
        GroupLayout known = layout;
        if (known == null) {
            long size = placement.size();
            layout = known = union ? Layouts.union(name, parts, size, placement.alignment())
                    : Layouts.struct(name, parts, size, placement.alignment());
        }
        return known;
    }

    /// {@return how it travels by value}
    Structure structure() {
        Structure known = structure;
        if (known == null) {
            structure = known = unnamed ? Structure.of(layout()).withUnnamedBits() : Structure.of(layout());
        }
        return known;
    }

    /// {@return its size in bytes, with no element of a flexible array: `sizeof`}
    ///
    /// @throws BindingException if the struct can not be
    public long byteSize() {
        return layout().byteSize();
    }

    /// {@return its size in bytes with so many elements in its flexible array}
    long byteSize(long count) {
        long size = byteSize();
        if (flexible == null || count < 0) {
            throw new IllegalArgumentException(
                    Facts.of(flexible == null ? "A struct without a flexible array" : "A negative count")
                            .add("struct", this).add("elements", count).toString());
        }
        try {
            return Math.max(size, Math.addExact(flexible.offset(), Math.multiplyExact(count, flexible.size())));
        } catch (ArithmeticException overflow) {
            throw new ArithmeticException(
                    Facts.of("No memory is so large").add("struct", this).add("elements", count).toString());
        }
    }

    /// {@return its alignment in bytes: `_Alignof`}
    ///
    /// @throws BindingException if the struct can not be
    public long byteAlignment() {
        return layout().byteAlignment();
    }

    /// {@return its name, as it was declared}
    public String name() {
        return name;
    }

    /// {@return its fields, in order; of bit-fields those with a name}
    public List<Field<S, ?>> fields() {
        return List.copyOf(fields);
    }

    boolean isUnion() {
        return union;
    }

    List<Layouts.Part> parts() {
        return parts;
    }

    /// {@return a table of all fields: offset and size in bytes, of bit-fields in bits, and the holes between them}
    ///
    /// @throws BindingException if the struct can not be
    public String describe() {
        requireRight();
        return new StructText(this, null).table();
    }

    /// {@return such as `struct Person`}
    @Override
    public String toString() {
        return (union ? "union " : "struct ") + name;
    }
}
