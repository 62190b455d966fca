// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Address;
import ffi.core.internal.Cell;
import ffi.core.internal.Conversion;
import ffi.core.internal.Facts;
import ffi.core.internal.Faults;
import ffi.core.internal.MemoryFaults;
import ffi.core.internal.Misfit;
import ffi.core.internal.Restricted;
import ffi.core.internal.Target;
import ffi.core.internal.Text;
import ffi.core.internal.load.SymbolMemory;

import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SegmentAllocator;
import java.lang.foreign.SequenceLayout;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// What a variable is made of. A record, since the JIT trusts its fields: from its first use on, a variable that is a
/// constant is a constant address with a constant cell.
record Located<T>(NativeType<T> type, Address address, Declared declared) implements Variable<T> {

    /// What is known from the first use on.
    private record Found(MemorySegment segment, Cell cell, boolean writable) {}

    static <T> Located<T> of(
            Supplier<NativeLibrary> library, MemorySegment.Scope scope, List<String> symbols, NativeType<T> type) {
        Objects.requireNonNull(library, "library");
        Objects.requireNonNull(scope, "scope");
        Objects.requireNonNull(type, "type");
        if (symbols.isEmpty()) {
            throw new IllegalArgumentException("no name for a variable: " + type);
        }
        Declared declared = new Declared(library, scope, List.copyOf(symbols), type);
        return new Located<>(type, new Address(declared), declared);
    }

    private Found found() {
        Found known = (Found) address.known();
        return known != null ? known : find();
    }

    private Found find() {
        Found found = declared.find();
        address.set(found);
        return found;
    }

    Supplier<NativeLibrary> library() {
        return declared.library;
    }

    List<String> symbols() {
        return declared.symbols;
    }

    /// {@return whether it has been used, or made ready for that}
    boolean isLinked() {
        return address.known() != null;
    }

    /// Looks it up, and checks it, without making it ready: it throws what the first use would throw.
    void check() {
        declared.find();
    }

    private Found writable() {
        Found found = found();
        if (!found.writable) {
            throw new UnsupportedOperationException(Facts.of("A variable that can not be written")
                    .add("variable", this)
                    .add("library", declared.library.get().where())
                    .add("found", "read-only memory, where C has its constants")
                    .toString());
        }
        return found;
    }

    @Override
    @SuppressWarnings("unchecked") // a cell is only ever made together with its type
    public T get() {
        Found found = found();
        try {
            return (T) found.cell.get(found.segment, 0);
        } catch (Misfit misfit) {
            throw Faults.variable(misfit, this);
        } catch (RuntimeException thrown) {
            throw access(thrown);
        }
    }

    @Override
    public void set(T value) {
        set(value, new NoRoom(this));
    }

    @Override
    public void set(T value, SegmentAllocator allocator) {
        Found found = writable();
        try {
            found.cell.set(found.segment, 0, value, allocator);
        } catch (Misfit misfit) {
            throw Faults.variable(misfit, this);
        } catch (RuntimeException thrown) {
            throw access(thrown);
        }
    }

    /// {@return what is thrown for an access that the JDK refused}
    private RuntimeException access(RuntimeException thrown) {
        Faults.requireUsable(declared.scope, found().segment, this);
        return MemoryFaults.access(thrown, found().segment, "variable", this, null);
    }

    private record NoRoom(Variable<?> variable) implements SegmentAllocator {
        @Override
        public MemorySegment allocate(long bytes, long alignment) {
            throw new IllegalArgumentException(Facts.of("No memory for what a variable points to")
                    .add("variable", variable)
                    .add("needed", bytes + " bytes")
                    .hint("name an allocator, set(value, arena), whose memory lives as long as C looks at it")
                    .toString());
        }
    }

    // --- shared with other threads -------------------------------------------------------------------------------

    /// A struct of this one field, for whose numbers there are all accesses.
    private Fields.Inline<T, T> field(Found found) {
        ValueLayout carrier = found.cell.layout() instanceof ValueLayout ? type.passage().layout() : null;
        return new Fields.Inline<>(null, symbol(), type, 0, found.cell, carrier);
    }

    private Ref<T> ref(Found found) {
        return new Ref<>(null, found.segment, null);
    }

    private T shared(String word) {
        Found found = found();
        try {
            return Shared.get(field(found), ref(found), word);
        } catch (IllegalStateException | WrongThreadException thrown) {
            throw access(thrown);
        }
    }

    private void share(T value, String word) {
        Found found = writable();
        try {
            Shared.set(field(found), ref(found), value, word);
        } catch (IllegalStateException | WrongThreadException thrown) {
            throw access(thrown);
        }
    }

    @Override
    public T getVolatile() {
        return shared("getVolatile");
    }

    @Override
    public void setVolatile(T value) {
        share(value, "setVolatile");
    }

    @Override
    public T getAcquire() {
        return shared("getAcquire");
    }

    @Override
    public void setRelease(T value) {
        share(value, "setRelease");
    }

    @Override
    public T getOpaque() {
        return shared("getOpaque");
    }

    @Override
    public void setOpaque(T value) {
        share(value, "setOpaque");
    }

    @Override
    public boolean compareAndSet(T expected, T value) {
        Found found = writable();
        try {
            return Shared.compareAndSet(field(found), ref(found), expected, value);
        } catch (IllegalStateException | WrongThreadException thrown) {
            throw access(thrown);
        }
    }

    @Override
    public T getAndAdd(T delta) {
        Found found = writable();
        try {
            return Shared.getAndAdd(field(found), ref(found), delta);
        } catch (IllegalStateException | WrongThreadException thrown) {
            throw access(thrown);
        }
    }

    // --- the memory ----------------------------------------------------------------------------------------------

    @Override
    public Pointer<T> pointer() {
        return Pointer.of(found().segment, type);
    }

    @Override
    public MemorySegment segment() {
        return found().segment;
    }

    @Override
    public boolean isWritable() {
        return found().writable;
    }

    @Override
    public boolean isAvailable() {
        try {
            return declared.scope.isAlive() && declared.library.get().exports(declared.symbols);
        } catch (LibraryNotFoundException e) {
            return false;
        } catch (IllegalStateException e) {
            if (declared.scope.isAlive()) {
                throw e;
            }
            return false; // another thread has unloaded it since it was asked
        }
    }

    @Override
    public void link() {
        if (address.known() == null) {
            find();
        }
    }

    @Override
    public Variable<T> optional() {
        declared.optional = true;
        return this;
    }

    @Override
    public Variable<T> orElse(String symbol) {
        declared.addName(symbol);
        return this;
    }

    @Override
    public boolean isOptional() {
        return declared.optional;
    }

    @Override
    public String symbol() {
        return declared.symbols.get(0);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Located<?> located && located.declared == declared;
    }

    @Override
    public int hashCode() {
        return declared.hashCode();
    }

    @Override
    public String toString() {
        return declared.toString();
    }

    /// The variable as a target, which is its address.
    static final class Declared implements Target {
        private final Supplier<NativeLibrary> library;
        private final MemorySegment.Scope scope;
        private volatile List<String> symbols;
        private final NativeType<?> type;
        private volatile boolean optional;

        Declared(Supplier<NativeLibrary> library, MemorySegment.Scope scope, List<String> symbols, NativeType<?> type) {
            this.library = library;
            this.scope = scope;
            this.symbols = symbols;
            this.type = type;
        }

        private synchronized void addName(String symbol) {
            List<String> more = new ArrayList<>(symbols);
            more.add(Objects.requireNonNull(symbol, "symbol"));
            symbols = List.copyOf(more);
        }

        private Found find() {
            Faults.requireLoaded(scope, "variable", this);
            type.requireRight();
            if (type.owns() || type.isParameter()) {
                throw BindingException.with(Facts.of("A type that no variable can be of")
                        .add("variable", this)
                        .add("found", type.owns() ? "an owned type, which is one of a result"
                                : "a type of parameters only"));
            }
            Cell cell = type.cell();
            NativeLibrary open = library.get();
            NativeLibrary.Exported symbol = open.findFirstOrThrow(symbols);
            long size = cell.layout().byteSize();
            MemorySegment segment = Restricted.reinterpret(symbol.address(), size);
            SymbolMemory memory = SymbolMemory.of(segment, symbol.name(), open.isOfSystem());
            if (memory.fault() != null) {
                throw BindingException.with(Facts.of("Not a variable", symbol.name())
                        .add("variable", this)
                        .add("library", open.where())
                        .add("found", memory.fault())
                        .hint(memory.hint()));
            }
            // What is one value has exactly its size; of an array or a struct, C may have more than is declared.
            boolean isOne = cell.layout() instanceof ValueLayout;
            if (memory.bytes() > 0 && (memory.bytes() < size || isOne && memory.bytes() > size)) {
                throw BindingException.with(Facts.of("A variable that is "
                                + (memory.bytes() < size ? "smaller" : "larger") + " than its type", symbol.name())
                        .add("variable", this)
                        .add("library", open.where())
                        .add("declared", bytes(size))
                        .add("found", bytes(memory.bytes()))
                        .hint(hint(cell.layout(), memory.bytes())));
            }
            return new Found(memory.writable() ? segment : segment.asReadOnly(), cell, memory.writable());
        }

        /// {@return what may be meant where a symbol has another size than the declared type}
        private String hint(MemoryLayout declared, long found) {
            Conversion conversion = type.passage().conversion();
            String fitting = found == 1 ? "i8, u8 or bool" : found == 2 ? "i16 or u16" : found == 4 ? "i32, u32 or f32"
                    : found == 8 ? "i64, u64, f64 or a pointer" : null;
            if (conversion instanceof Text text && declared instanceof ValueLayout) {
                return found % text.unit() != 0 ? "declare the type that the header names" : "declare "
                        + type.toString().replace(".orNull", "") + ".sized(" + found / text.unit()
                        + ") if the text lies in place, as that of char[] does";
            } else if (declared instanceof SequenceLayout array) {
                long element = array.elementLayout().byteSize();
                return element == 0 ? null : "declare at most sized(" + found / element + ")";
            } else if (!(declared instanceof ValueLayout)) {
                return "declare the fields that the header of this version has";
            }
            String several = found % declared.byteSize() == 0 && found > declared.byteSize()
                    ? "an array of " + found / declared.byteSize() + " elements" : "a struct or an array";
            return "declare a type of " + bytes(found) + ", such as " + (fitting == null ? several
                    : found > declared.byteSize() ? fitting + ", or " + several : fitting);
        }

        private static String bytes(long count) {
            return count == 1 ? "1 byte" : count + " bytes";
        }

        @Override
        public MemorySegment link() {
            return find().segment;
        }

        /// {@return the declaration, such as `calls: i32`}
        @Override
        public String toString() {
            return symbols.get(0) + ": " + type;
        }
    }
}
