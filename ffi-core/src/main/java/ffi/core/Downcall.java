// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Call;
import ffi.core.internal.Faces;
import ffi.core.internal.Facts;
import ffi.core.internal.Faults;
import ffi.core.internal.Target;
import ffi.core.internal.load.SymbolMemory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;

/// A function of a native library, as it is declared.
///
/// It is called through a face of it, each as fast as a handle written by hand:
///
/// ```java
/// Downcall sum = library.downcall("sum", I32, I32, I32);
/// IntBinaryOperator plus = sum.as(IntBinaryOperator.class);
/// int three = (int) sum.handle().invokeExact(1, 2);
/// ```
///
/// or, where its type is only known at run time, by [#call], which is slow. All may be used by any thread, unless the
/// library is open in a confined arena.
public final class Downcall {

    private final List<String> symbols; // tried in order
    private final Signature signature;
    private final Call call;
    private final Supplier<NativeLibrary> library;
    private final MemorySegment.Scope scope;
    private final boolean unloads;
    private final boolean optional;
    private final Linked target = new Linked(this);
    private MethodHandle handle;
    private LooseCall loose;

    private Downcall(List<String> symbols, Signature signature, Supplier<NativeLibrary> library,
            MemorySegment.Scope scope, boolean optional) {
        this(symbols, signature, signature.call(), library, scope, optional);
    }

    private Downcall(List<String> symbols, Signature signature, Call call, Supplier<NativeLibrary> library,
            MemorySegment.Scope scope, boolean optional) {
        this.symbols = symbols;
        this.signature = signature;
        this.call = call;
        this.library = library;
        this.scope = scope;
        this.optional = optional;
        unloads = !scope.equals(Arena.global().scope());
    }

    /// Declares a function of a library that may not be open yet. Nothing is looked up before the first call.
    ///
    /// @param library opens the library, or has it; asked once for each function, by the first call, and again by the
    ///                next one if it throws
    /// @param scope   how long the library will be open: that of its arena
    public static Downcall declare(
            Supplier<NativeLibrary> library, MemorySegment.Scope scope, String symbol, Signature signature) {
        return declare(library, scope, List.of(symbol), signature, false);
    }

    /// Declares a function that has one of several names; the first that the library exports is called.
    ///
    /// @param symbols at least one, in the order in which they are tried; else as [#declare(Supplier,
    ///                MemorySegment.Scope, String, Signature)]
    /// @throws IllegalArgumentException if there is no name
    public static Downcall declare(
            Supplier<NativeLibrary> library, MemorySegment.Scope scope, List<String> symbols, Signature signature) {
        return declare(library, scope, symbols, signature, false);
    }

    /// Declares a function as the others do.
    ///
    /// @param optional whether the library need not have it, which [Bindings#link] and a [LibraryReport] go by
    /// @throws IllegalArgumentException if there is no name
    public static Downcall declare(Supplier<NativeLibrary> library, MemorySegment.Scope scope, List<String> symbols,
            Signature signature, boolean optional) {
        Objects.requireNonNull(library, "library");
        if (symbols.isEmpty()) {
            throw new IllegalArgumentException("no name for a function: " + signature);
        }
        signature.requireDowncall();
        return new Downcall(List.copyOf(symbols), signature, library, scope, optional);
    }

    static Downcall of(Target target) {
        return ((Linked) target).function();
    }

    /// {@return this function, declared with what C names of its parameters, for any that follow them}
    ///
    /// @throws IllegalArgumentException if its signature is not variadic, or has more than what C names
    public Variadic variadic() {
        requireEllipsis();
        return new Variadic(this);
    }

    void requireEllipsis() {
        if (signature.fixed() != signature.parameters().size()) {
            throw new IllegalArgumentException(Facts.of("A function that does not end in ...")
                    .add("function", this).hint("declare what C names, "
                            + (Words.of(this) == Words.KOTLIN ? "variadicAfter" : "asVariadic")).toString());
        }
    }

    /// {@return the same function with these further parameters}
    Downcall with(List<NativeType<?>> further) {
        List<NativeType<?>> all = new ArrayList<>(signature.parameters());
        all.addAll(further);
        return new Downcall(symbols, new Signature(signature.result(), all, signature.critical(), signature.fixed()),
                library, scope, optional);
    }

    /// {@return another function of the same library that takes and returns the same}
    Downcall named(String symbol) {
        return new Downcall(List.of(symbol), signature, call, library, scope, optional);
    }

    Call passages() {
        return call;
    }

    Supplier<NativeLibrary> library() {
        return library;
    }

    MemorySegment.Scope scope() {
        return scope;
    }

    /// {@return whether its library may be closed while the program runs}
    boolean unloads() {
        return unloads;
    }

    boolean isOptional() {
        return optional;
    }

    /// {@return whether it has been called, or made ready for that}
    boolean isLinked() {
        return target.isLinked();
    }

    void linkUnlessOptional() {
        if (!optional) {
            target.link();
        }
    }

    /// Looks it up, and checks that it is no variable, which a call would end the VM with: what checks all of a library
    /// does this, and a call does not, for it would cost the first one milliseconds.
    ///
    /// Whether it is one is known on Linux with glibc.
    ///
    /// @throws LibraryNotFoundException if its library is not found
    /// @throws SymbolNotFoundException  if its library does not export it
    /// @throws BindingException         if it is a variable
    /// @throws IllegalStateException    if its library has been unloaded
    public void check() {
        Faults.requireLoaded(scope, this);
        NativeLibrary open = library.get();
        NativeLibrary.Exported found = open.findFirstOrThrow(symbols);
        if (SymbolMemory.isVariable(found.address(), found.name())) {
            throw BindingException.with(Facts.of("Not a function", found.name())
                    .add("function", this)
                    .add("library", open.where())
                    .add("found", "a variable")
                    .hint("declare it as a variable"));
        }
    }

    /// {@return the name under which the library exports it; of several the first}
    public String symbol() {
        return symbols.get(0);
    }

    /// {@return the names under which the library may export it, in the order in which they are tried}
    public List<String> symbols() {
        return symbols;
    }

    /// {@return what it takes and returns}
    public Signature signature() {
        return signature;
    }

    /// {@return where it is, alive as long as its library}
    ///
    /// @throws LibraryNotFoundException if its library is not found
    /// @throws SymbolNotFoundException  if its library does not export it
    /// @throws IllegalStateException    if its library has been unloaded
    public MemorySegment address() {
        Faults.requireLoaded(scope, this);
        return address(library.get());
    }

    MemorySegment address(NativeLibrary opened) {
        return symbols.size() == 1
                ? opened.findOrThrow(symbols.get(0)) : opened.findFirstOrThrow(symbols).address();
    }

    /// {@return whether its library is found and exports it}
    public boolean isAvailable() {
        try {
            return scope.isAlive() && library.get().exports(symbols);
        } catch (LibraryNotFoundException e) {
            return false;
        }
    }

    /// {@return a handle that calls it}
    ///
    /// Its type has the Java types of the [#signature], primitive where there is a primitive one, and [Object] for a
    /// type that was mapped.
    public MethodHandle handle() {
        MethodHandle known = handle;
        if (known == null) {
            handle = known = Faces.handle(signature.methodType(), call, unloads, target);
        }
        return known;
    }

    /// {@return an object of a functional interface that calls it}
    ///
    /// A class is made once more than it has functions, so its constructor should do no more than initialize.
    ///
    /// @param face an interface, or an abstract class with a constructor of no parameters, with one abstract method,
    ///             which takes and returns what the signature says; [Object] and boxes stand for any type
    /// @throws BindingException if it has none, or one that does not suit the signature, or if it can not be seen
    ///                          from here, see [#as(Class, Lookup)]
    public <F> F as(Class<F> face) {
        return face(face, null);
    }

    /// {@return an object of a functional interface that calls it, where only the caller can see the interface}
    ///
    /// @param caller a full lookup of a class in the same package as the interface
    /// @throws BindingException as [#as(Class)]
    public <F> F as(Class<F> face, Lookup caller) {
        return face(face, Objects.requireNonNull(caller, "caller"));
    }

    private <F> F face(Class<F> face, Lookup caller) {
        Method method = AbstractMethods.single(face, this);
        AbstractMethods.requireSuitable(method, signature, this);
        try {
            return face.cast(Faces.function(caller, face, method, call, unloads, target));
        } catch (IllegalAccessException e) {
            throw AbstractMethods.notVisible(face, e);
        }
    }

    /// Calls it with arguments whose number and types are only known at run time: a slow door, for tools.
    ///
    /// A number may come as any integral class if its value fits the parameter.
    ///
    /// @return the result, boxed; null for void
    /// @throws IllegalArgumentException if there are too few or too many arguments, or one is not of its type
    /// @throws LibraryNotFoundException if its library is not found
    /// @throws SymbolNotFoundException  if its library does not export it
    public Object call(Object... arguments) {
        LooseCall known = loose;
        if (known == null) {
            loose = known = new LooseCall(this);
        }
        return known.with(arguments);
    }

    /// {@return whether it takes a pointer and nothing else, so that it can free what is [NativeType#owned(Downcall)]}
    boolean frees() {
        List<NativeType<?>> parameters = signature.parameters();
        return parameters.size() == 1 && parameters.get(0).equals(NativeType.ADDRESS);
    }

    /// {@return a handle that takes a segment and returns nothing}
    MethodHandle freeing() {
        return handle().asType(MethodType.methodType(void.class, MemorySegment.class));
    }

    /// {@return the declaration, such as `sum: i32 (i32, i32)`}
    @Override
    public String toString() {
        return symbols.get(0) + ": " + signature;
    }

    Target target() {
        return target;
    }
}
