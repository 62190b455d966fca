// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import ffi.core.internal.Misfit.Kind;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.reflect.Array;
import java.nio.Buffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.ConcurrentModificationException;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The native copies of one call in which one object is, or may be, several arguments: each object has one copy, so
/// that the native function sees one address, as it would in C. See decision 21.
///
/// Generated code makes one of these before it lowers the other arguments, asks it for the addresses, and has it take
/// over what the native function wrote.
public final class Sharing {

    private static final int ALIGNMENT = 16;

    private final Call call;
    private final Object[] values;
    private final Object function;
    private final Scratch scratch;
    private final Scratch.Room room;
    private final long[] addresses;
    private final MemorySegment[] segments;
    private final Map<Object, Copy> copies = new IdentityHashMap<>();
    private final List<Copy> inOrder = new ArrayList<>();
    private boolean twice; // whether any object has come a second time
    private boolean back; // whether what is lowered now comes back
    private int index; // of the parameter that is lowered now

    /// The native copy of one object.
    private static final class Copy {
        final Object owner;
        final Conversion.OfLong conversion;
        final long address;
        final int length; // of an array or list
        final int parameter;
        boolean back;
        boolean inside; // a row in place, of an array that takes it over as well
        boolean elsewhere; // whether there is a second copy, which is only read

        Copy(Object owner, Conversion.OfLong conversion, long address, int length, int parameter, boolean back) {
            this.owner = owner;
            this.conversion = conversion;
            this.address = address;
            this.length = length;
            this.parameter = parameter;
            this.back = back;
        }
    }

    private Sharing(Call call, Object[] values, Scratch scratch, Object function) {
        this.call = call;
        this.values = values;
        this.scratch = scratch;
        this.function = function;
        room = new Scratch.Room(scratch, this);
        addresses = new long[values.length];
        segments = new MemorySegment[values.length];
    }

    // --- called by generated code --------------------------------------------------------------------------------

    /// {@return the copies of a call's arguments}
    ///
    /// @param values the arguments that [Sharers#isOne] names, after their mappings; null for the others
    public static Sharing of(Call call, Object[] values, Scratch scratch, Object function) {
        Sharing sharing = new Sharing(call, values, scratch, function);
        sharing.requireNoViews();
        sharing.lower();
        return sharing;
    }

    /// {@return whether two buffers, or a buffer and an array, share memory of the heap}
    public static boolean overlap(Object first, Object second) {
        if (first == null || second == null || isDirect(first) || isDirect(second)) {
            return false;
        }
        MemorySegment one = onHeap(first);
        MemorySegment other = onHeap(second);
        return one != null && other != null && one.asOverlappingSlice(other).isPresent();
    }

    /// {@return whether two lists, or a list and an array, are one object, or may show the same elements}
    public static boolean areViews(Object first, Object second) {
        return first == second && first != null || isView(first, second);
    }

    /// {@return the array or list that a callback gets: an earlier one if the native function passed that twice}
    public static Object one(Object made, Object earlier, long address, long ofEarlier) {
        return address == ofEarlier && made != null && earlier != null && made.getClass() == earlier.getClass()
                && (made.getClass().isArray() ? Array.getLength(made) == Array.getLength(earlier)
                        : made.equals(earlier)) ? earlier : made;
    }

    /// {@return the carrier of an array or of an [ffi.core.Out]}
    public long address(int parameter) {
        return addresses[parameter];
    }

    /// {@return the carrier of a buffer, or of an array that is passed on the heap}
    public MemorySegment segment(int parameter) {
        return segments[parameter];
    }

    /// Releases what is owned of the places that the native function filled, each once, since nobody will read them.
    public void giveBack() {
        Set<Object> done = Collections.newSetFromMap(new IdentityHashMap<>());
        for (int i = 0; i < values.length; i++) {
            if (call.parameters().get(i).conversion() instanceof Conversion.OfLong place && place.owns()
                    && values[i] != null && done.add(values[i])) {
                place.giveBack(addresses[i], -1);
            }
        }
    }

    /// Takes over what the native function wrote: each object once, and all of them even if one fails.
    public void settle() {
        Throwable thrown = null;
        if (twice) {
            for (int i = 0; i < inOrder.size(); i++) {
                Copy copy = inOrder.get(i);
                if (copy.back && !copy.inside) {
                    try {
                        comeBack(copy);
                    } catch (Throwable now) {
                        thrown = Comeback.add(thrown, now, function, copy.parameter);
                    }
                }
            }
        }
        for (int i = 0; i < values.length; i++) {
            Conversion conversion = call.parameters().get(i).conversion();
            if (!twice && conversion instanceof Conversion.OfLong number && number.comesBack() && isShared(i)) {
                thrown = Comeback.comeBack(number, values[i], addresses[i], thrown, function, i);
            } else if (conversion instanceof BufferPassing buffer && buffer.back() && values[i] != null
                    && segments[i].isNative()) {
                thrown = Comeback.comeBack(buffer, values[i], segments[i], thrown, function, i);
            }
        }
        if (thrown != null) {
            throw Linking.sneak(thrown);
        }
    }

    // --- before the call -----------------------------------------------------------------------------------------

    private boolean isShared(int parameter) {
        return Sharers.isOne(call.parameters().get(parameter).conversion());
    }

    /// Arrays whose rows lie in place come first, for only they say where a row is; buffers last, for they may lie in
    /// an array.
    private void lower() {
        for (int step = 0; step < 3; step++) {
            for (index = 0; index < values.length; index++) {
                Conversion conversion = call.parameters().get(index).conversion();
                if (isShared(index) && step == step(conversion)) {
                    try {
                        lower(conversion, values[index]);
                    } catch (Misfit misfit) {
                        throw Faults.argument(misfit, function, index);
                    }
                }
            }
        }
    }

    private static int step(Conversion conversion) {
        return conversion instanceof ArrayPassing array ? array.elements().areInline() ? 0 : 1
                : conversion instanceof Conversion.OfLong ? 1 : 2;
    }

    private void lower(Conversion conversion, Object value) {
        switch (conversion) {
            case ArrayPassing array -> {
                if (array.back() && value != null) {
                    array.requireChangeable(value);
                }
                back = array.back();
                addresses[index] = lower(array, value);
            }
            case ArrayPassing.OnHeap heap -> {
                MemorySegment segment = heap.lower(value); // which checks it
                Copy copy = value == null ? null : copies.get(value);
                segments[index] = copy == null ? segment
                        : Memory.ALL.asSlice(share(copy, heap.array(), heap.array().back()), segment.byteSize());
            }
            case BufferPassing buffer -> segments[index] = lower(buffer, value);
            default -> addresses[index] = lowerPlace((Conversion.OfLong) conversion, value);
        }
    }

    /// {@return the address of an array's copy; called for rows as well}
    long lower(ArrayPassing array, Object value) {
        if (value == null) {
            return array.none();
        }
        boolean outer = back;
        back &= array.back();
        try {
            int length = array.length(value);
            Copy known = copies.get(value);
            if (known != null) {
                if (!known.conversion.isAlike(array) && !known.back && !back) {
                    known.elsewhere = true;
                    return array.place(value, length, scratch, room);
                }
                long address = share(known, array, back);
                if (array.terminated()) {
                    if (known.inside) {
                        throw new Misfit(Kind.ARGUMENT, array.name(), "an array with room for the end",
                                "a row of another argument, in place");
                    }
                    array.requireNoZero(address, length);
                }
                return address;
            }
            boolean own = back;
            back &= array.elements().areRows() || array.elements().areInline();
            long address = array.place(value, length, scratch, room, true);
            Copy copy = new Copy(value, array, address, length, index, own);
            copies.put(value, copy);
            inOrder.add(copy);
            addInside(array, value, length, address, own);
            return address;
        } finally {
            back = outer;
        }
    }

    /// Takes note of rows that lie in place. One that lies at two places cannot have one address.
    private void addInside(ArrayPassing array, Object value, int length, long address, boolean back) {
        if (!array.elements().areInline()) {
            return;
        }
        ArrayPassing rows = array.elements().hold();
        long size = array.elements().layout().byteSize();
        for (int i = 0; i < length; i++) {
            Object row = element(value, i);
            Copy known = copies.get(row);
            if (known == null) {
                Copy made = new Copy(row, rows, address + i * size, rows.length(row), index, back);
                made.inside = back;
                copies.put(row, made);
                inOrder.add(made);
                addInside(rows, row, made.length, made.address, back);
            } else if (known.back || back) {
                throw new Misfit(Kind.ARGUMENT, array.name(), "rows that are in one place each",
                        "one object in two places, the second at index " + i);
            } else {
                known.elsewhere = true;
            }
        }
    }

    private long share(Copy copy, Conversion.OfLong conversion, boolean back) {
        twice = true;
        if (!copy.conversion.isAlike(conversion)) {
            throw inAnotherForm(copy);
        }
        if (back && !copy.back) {
            markBack(copy);
        }
        return copy.address;
    }

    private Misfit inAnotherForm(Copy copy) {
        return new Misfit(Kind.ARGUMENT, call.parameters().get(index).name(),
                "an object that no other argument passes in another form",
                "that of argument " + (copy.parameter + 1) + ": " + call.parameters().get(copy.parameter).name());
    }

    private void markBack(Copy copy) {
        if (copy.elsewhere) {
            throw new Misfit(Kind.ARGUMENT, call.parameters().get(index).name(), "an object that is in one place",
                    "one that is in two places");
        }
        copy.back = true;
        if (copy.conversion instanceof ArrayPassing array && array.elements().hold() != null) {
            boolean inline = array.elements().areInline();
            for (int i = 0; i < copy.length; i++) {
                Object row = element(copy.owner, i);
                Copy below = row == null ? null : copies.get(row);
                if (below != null) {
                    if (!below.back && (inline || array.elements().areRows())) {
                        markBack(below);
                    }
                    below.inside |= inline;
                }
            }
        }
    }

    private long lowerPlace(Conversion.OfLong place, Object value) {
        Copy known = value == null ? null : copies.get(value);
        if (known != null) {
            long address = share(known, place, true);
            place.fill(value, address, room);
            return address;
        }
        back = false;
        long address = place.lower(value, room);
        if (value != null) {
            Copy copy = new Copy(value, place, address, 0, index, true);
            copies.put(value, copy);
            inOrder.add(copy);
        }
        return address;
    }

    // --- buffers -------------------------------------------------------------------------------------------------

    /// {@return the carrier: a part of an array's copy, or of the copy that all overlapping buffers share}
    private MemorySegment lower(BufferPassing buffer, Object value) {
        MemorySegment segment = buffer.lower(value);
        if (segment.isNative() || segment.byteSize() == 0) {
            return buffer.heap() || segment.isNative() ? segment : buffer.lower(value, scratch);
        }
        for (Copy copy : inOrder) {
            MemorySegment array = onHeap(copy.owner);
            if (array != null && array.asOverlappingSlice(segment).isPresent()) {
                if (!(copy.conversion instanceof ArrayPassing a && a.elements() instanceof Elements.Numbers)) {
                    throw inAnotherForm(copy);
                }
                if (buffer.back() && copy.elsewhere) {
                    markBack(copy); // which says why it cannot
                }
                twice = true;
                return Memory.ALL.asSlice(copy.address + segment.address() - array.address(), segment.byteSize());
            }
        }
        return buffer.heap() ? segment : inUnion(segment);
    }

    /// The copy holds all that overlapping buffers show, and each has its own part of it. The address of a segment on
    /// the heap is its offset in the array.
    private MemorySegment inUnion(MemorySegment segment) {
        List<MemorySegment> parts = new ArrayList<>(List.of(segment));
        boolean[] within = new boolean[values.length];
        long least = segment.address();
        long most = least + segment.byteSize();
        for (int next = 0; next < parts.size(); next++) {
            for (int i = 0; i < values.length; i++) {
                MemorySegment other = within[i] || !(call.parameters().get(i).conversion() instanceof BufferPassing)
                        || values[i] == null || isDirect(values[i]) ? null : onHeap(values[i]);
                if (other == null || parts.get(next).asOverlappingSlice(other).isEmpty()) {
                    continue;
                }
                if (segments[i] != null) { // that was lowered before, with all that it is connected to
                    return Memory.ALL.asSlice(
                            segments[i].address() + segment.address() - other.address(), segment.byteSize());
                }
                within[i] = true;
                parts.add(other);
                least = Math.min(least, other.address());
                most = Math.max(most, other.address() + other.byteSize());
            }
        }
        long aside = least & ALIGNMENT - 1; // so that a part is aligned as it is in its array
        long start = scratch.allocate(most - least + aside, ALIGNMENT) + aside;
        for (MemorySegment part : parts) {
            Memory.ALL.asSlice(start + part.address() - least, part.byteSize()).copyFrom(part);
        }
        return Memory.ALL.asSlice(start + segment.address() - least, segment.byteSize());
    }

    private static boolean isDirect(Object value) {
        return value instanceof Buffer buffer && buffer.isDirect();
    }

    /// {@return the memory of a buffer or an array, or null if it has none}
    private static MemorySegment onHeap(Object value) {
        try {
            return switch (value) {
                case Buffer buffer -> MemorySegment.ofBuffer(buffer);
                case byte[] array -> MemorySegment.ofArray(array);
                case short[] array -> MemorySegment.ofArray(array);
                case char[] array -> MemorySegment.ofArray(array);
                case int[] array -> MemorySegment.ofArray(array);
                case long[] array -> MemorySegment.ofArray(array);
                case float[] array -> MemorySegment.ofArray(array);
                case double[] array -> MemorySegment.ofArray(array);
                default -> null;
            };
        } catch (IllegalArgumentException noMemory) { // such as that of CharBuffer.wrap(text)
            return null;
        }
    }

    // --- lists ---------------------------------------------------------------------------------------------------

    /// Throws if two lists may show the same elements, which have no common object that a copy could belong to.
    private void requireNoViews() {
        for (int j = 1; j < values.length; j++) {
            for (int i = 0; i < j; i++) {
                if (values[i] != values[j] && isView(values[i], values[j])
                        && (comesBack(i) || comesBack(j))) {
                    throw Faults.argument(new Misfit(Kind.ARGUMENT, call.parameters().get(j).name(),
                            "no view of another argument", values[j].getClass().getTypeName()
                            + " with elements of argument " + (i + 1) + ", give a copy of it"), function, j);
                }
            }
        }
    }

    private boolean comesBack(int parameter) {
        return call.parameters().get(parameter).conversion() instanceof ArrayPassing array && array.back();
    }

    private static boolean isView(Object first, Object second) {
        boolean lists = first instanceof List<?> && (second instanceof List<?> || second instanceof Object[])
                || first instanceof Object[] && second instanceof List<?>;
        return lists && (isView(first, second.getClass()) || isView(second, first.getClass()))
                && shareElements(first, second);
    }

    /// Lists of the JDK and of Kotlin whose elements belong to another list or array.
    private static boolean isView(Object list, Class<?> other) {
        if (list.getClass() == ArrayList.class || list.getClass().isArray()) {
            return false;
        }
        String name = list.getClass().getName();
        return name.contains("SubList") || name.contains("Revers")
                || name.startsWith("java.util.Collections$Unmodifiable")
                || name.startsWith("java.util.Collections$Synchronized")
                || name.startsWith("java.util.Collections$Checked")
                || other.isArray() && name.equals("java.util.Arrays$ArrayList");
    }

    /// {@return whether one may show a part of the other: in some position all elements are the same}
    private static boolean shareElements(Object first, Object second) {
        List<?> one = first instanceof Object[] array ? Arrays.asList(array) : (List<?>) first;
        List<?> other = second instanceof Object[] array ? Arrays.asList(array) : (List<?>) second;
        boolean reversed = first.getClass().getName().contains("Revers")
                || second.getClass().getName().contains("Revers");
        return matches(one, other) || reversed && matches(one.reversed(), other);
    }

    private static boolean matches(List<?> one, List<?> other) {
        for (int shift = 1 - one.size(); shift < other.size(); shift++) {
            int from = Math.max(0, -shift);
            int to = Math.min(one.size(), other.size() - shift);
            int i = from;
            while (i < to && one.get(i) == other.get(i + shift)) {
                i++;
            }
            if (i == to && to > from) {
                return true;
            }
        }
        return false;
    }

    // --- after the call ------------------------------------------------------------------------------------------

    private void comeBack(Copy copy) {
        if (!(copy.conversion instanceof ArrayPassing array)) {
            copy.conversion.comeBack(copy.owner, copy.address);
        } else if (array.elements().areRows()) {
            takeRows(copy, array);
        } else {
            array.take(copy.owner, copy.length, copy.address);
        }
    }

    /// Rows come back by themselves; where the native function exchanged pointers, the array gets the other row.
    private void takeRows(Copy copy, ArrayPassing array) {
        if (array.elements().length(copy.owner) != copy.length) {
            throw new ConcurrentModificationException("an array that had " + copy.length
                    + " elements when C got it, and has " + array.elements().length(copy.owner));
        }
        Object[] rows = new Object[copy.length];
        for (int i = 0; i < rows.length; i++) {
            Object row = element(copy.owner, i);
            long address = Memory.ALL.get(ValueLayout.JAVA_LONG_UNALIGNED, copy.address + (long) i * Long.BYTES);
            Copy own = row == null ? null : copies.get(row);
            rows[i] = address == 0 ? null : own != null && own.address == address ? row : find(address, array, i);
        }
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] != element(copy.owner, i)) {
                set(array, copy.owner, i, rows[i]);
            }
        }
    }

    private Object find(long address, ArrayPassing array, int i) {
        for (Copy copy : inOrder) {
            if (copy.address == address && array.elements().hold().elements().type().isInstance(copy.owner)) {
                return copy.owner;
            }
        }
        throw new Misfit(Kind.ARGUMENT, array.name(), "rows that C leaves where they are", "another one at index " + i);
    }

    private static Object element(Object values, int i) {
        return values instanceof List<?> list ? list.get(i) : Array.get(values, i);
    }

    @SuppressWarnings("unchecked") // a row of it, or of an array of the same type
    private static void set(ArrayPassing array, Object values, int i, Object row) {
        if (row == null && !array.elements().hold().nullable()) {
            throw new Misfit(Kind.NULL, array.elements().hold().name(), "an array", "NULL");
        }
        if (values instanceof List<?> list) {
            ((List<Object>) list).set(i, row);
        } else {
            Array.set(values, i, row);
        }
    }
}
