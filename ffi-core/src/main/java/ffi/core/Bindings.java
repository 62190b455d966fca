// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Call;
import ffi.core.internal.ClassText;
import ffi.core.internal.Departing;
import ffi.core.internal.Faces;
import ffi.core.internal.Headroom;
import ffi.core.internal.Headstart;
import ffi.core.internal.Target;
import ffi.core.internal.TooLarge;

import java.lang.annotation.Annotation;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.IntFunction;
import java.util.function.Supplier;

/// Implements interfaces by the functions of native libraries.
///
/// ```java
/// interface LibSum {
///     int sum(int a, int b);
///
///     @Symbol("doubleSum")
///     double add(double a, double b);
/// }
///
/// LibSum libSum = Bindings.bind(LibSum.class, "sum");
/// int three = libSum.sum(1, 2);
/// ```
///
/// The method's name is the symbol; its types say C's, and where they do not, an annotation does: [Symbol], [CType],
/// [Owned], [OrNull], [Critical], [IfPresent]. Default methods stay what they are. A call costs what one through a
/// handle written by hand does, whatever holds the implementation.
///
/// A method that is inherited is one of the interface, with the annotations of where it is declared last. If two
/// interfaces declare it, and neither of them extends the other, both must say the same.
///
/// Binding opens nothing and looks nothing up: a library or a symbol that is missing is reported by the first call
/// that needs it, and by the next one again. [#link] reports it at once.
public final class Bindings {

    private static final int MOST_METHODS = 4000; // what one class can hold

    private static boolean begun;

    static {
        Headstart.begin();
    }

    private Bindings() {}

    /// What stands behind a method.
    ///
    /// @param symbols   the names under which the library may export it, in the order in which they are tried
    /// @param signature what it takes and returns; of a variable what the method does
    /// @param optional  whether the library need not have it
    /// @param departure how another thread makes the call; null if the method itself does
    /// @param variable  whether it is a variable, which the method reads or writes, and no function
    public record Declaration(
            List<String> symbols, Signature signature, boolean optional, Departure departure, boolean variable) {

        /// A function of one name, called by the method itself.
        public Declaration(String symbol, Signature signature, boolean optional) {
            this(List.of(symbol), signature, optional, null, false);
        }

        /// {@return the name under which the library exports it; of several the first}
        public String symbol() {
            return symbols.get(0);
        }
    }

    /// {@return an implementation of an interface, by the functions of a library that is never unloaded}
    ///
    /// @param library as [NativeLibrary#open(String, Arena)] takes it
    /// @throws BindingException if it is no interface, if a method has a type that no native type stands for, if two
    ///                          interfaces that it extends declare a method differently, or if the interface can not
    ///                          be seen from here, see [#bind(Class, String, Lookup)]
    public static <T> T bind(Class<T> face, String library) {
        requireToBegin(); // before the JDK's class of that arena is initialized, and all of ours
        Arena arena = Arena.global();
        return implement(face, null, opening(library, arena), arena.scope(), null);
    }

    /// {@return an implementation of an interface, by the functions of a library that lives as long as an arena}
    ///
    /// @param library as [NativeLibrary#open(String, Arena)] takes it
    /// @throws BindingException as [#bind(Class, String)]
    public static <T> T bind(Class<T> face, String library, Arena arena) {
        return bind(face, null, opening(library, arena), arena.scope(), null);
    }

    /// {@return an implementation of an interface that only its own module can see}
    ///
    /// @param caller a full lookup of a class in the same package as the interface
    /// @throws BindingException as [#bind(Class, String)]
    public static <T> T bind(Class<T> face, String library, Arena arena, Lookup caller) {
        Objects.requireNonNull(caller, "caller");
        return bind(face, caller, opening(library, arena), arena.scope(), null);
    }

    /// {@return an implementation of an interface that only its own module can see, by the functions of a library that
    /// is never unloaded}
    ///
    /// The interface, and the records, enum classes and functional interfaces in its methods, may be private and in a
    /// package that is neither exported nor opened. The lookup is used for them alone, and is not passed on.
    ///
    /// @param library as [NativeLibrary#open(String, Arena)] takes it
    /// @param caller  a full lookup of a class in the same package as the interface: `MethodHandles.lookup()`
    /// @throws BindingException as [#bind(Class, String)]
    public static <T> T bind(Class<T> face, String library, Lookup caller) {
        return bind(face, library, Arena.global(), caller);
    }

    /// {@return an implementation of an interface that only its own module can see}
    ///
    /// @param threads where the calls are made of methods that return a future
    /// @param caller  as in [#bind(Class, String, Lookup)]
    /// @throws BindingException as [#bind(Class, String)]
    public static <T> T bind(Class<T> face, String library, NativeThreads threads, Lookup caller) {
        Objects.requireNonNull(threads, "threads");
        Objects.requireNonNull(caller, "caller");
        requireToBegin();
        return implement(face, caller, opening(library, Arena.global()), Arena.global().scope(),
                method -> prefixed(declaration(method, null, caller, threads), method));
    }

    /// {@return an implementation of an interface that only its own module can see, by the functions of an open
    /// library}
    ///
    /// @param caller as in [#bind(Class, String, Lookup)]
    /// @throws BindingException as [#bind(Class, String)]
    public static <T> T bind(Class<T> face, NativeLibrary library, Lookup caller) {
        Objects.requireNonNull(library, "library");
        Objects.requireNonNull(caller, "caller");
        return bind(face, caller, new NativeLibrary.Opened(library), library.scope(), null);
    }

    /// {@return an implementation of an interface, by the functions of a library that is never unloaded}
    ///
    /// @param library as [NativeLibrary#open(String, Arena)] takes it
    /// @param threads where the calls are made of methods that return a future
    /// @throws BindingException as [#bind(Class, String)]
    public static <T> T bind(Class<T> face, String library, NativeThreads threads) {
        Objects.requireNonNull(threads, "threads");
        requireToBegin();
        return implement(face, null, opening(library, Arena.global()), Arena.global().scope(),
                method -> prefixed(declaration(method, null, null, threads), method));
    }

    /// {@return an implementation of an interface, by the functions of an open library}
    ///
    /// @throws BindingException as [#bind(Class, String)]
    public static <T> T bind(Class<T> face, NativeLibrary library) {
        Objects.requireNonNull(library, "library");
        return bind(face, null, new NativeLibrary.Opened(library), library.scope(), null);
    }

    /// {@return an implementation of an interface whose methods are read by other rules than Java's}
    ///
    /// @param caller  a full lookup of a class in the same package as the interface, or null if all can see it
    /// @param library opens the library, or has it; asked by the first call of each function
    /// @param scope   how long the library will be open: that of its arena
    /// @param reader  says what stands behind each abstract method; [#declaration] reads Java's, and so does null
    /// @throws BindingException as [#bind(Class, String)]
    public static <T> T bind(Class<T> face, Lookup caller, Supplier<NativeLibrary> library,
            MemorySegment.Scope scope, Function<Method, Declaration> reader) {
        requireToBegin();
        return implement(face, caller, library, scope, reader);
    }

    /// The classes that the first bind needs are there for all others.
    private static void requireToBegin() {
        if (!begun) {
            Headroom.requireToBegin();
        }
    }

    private static <T> T implement(Class<T> face, Lookup caller, Supplier<NativeLibrary> library,
            MemorySegment.Scope scope, Function<Method, Declaration> reader) {
        if (!face.isInterface() || face.isSealed() || face.isAnnotation()) {
            throw BindingException.notAnInterface(face);
        }
        List<Method> methods = AbstractMethods.of(face);
        if (methods.size() > MOST_METHODS) {
            throw BindingException.tooManyMethods(face, methods.size(), MOST_METHODS);
        }
        for (Method repeated : AbstractMethods.repeated(face, methods)) {
            Method first = AbstractMethods.alike(methods, repeated);
            Repeated.requireAlike(face, first, read(first, caller, reader), repeated, read(repeated, caller, reader));
        }
        List<Call> calls = new ArrayList<>(methods.size());
        List<Target> targets = new ArrayList<>(methods.size());
        Departures departures = null; // most interfaces have none, and need not load its class
        Map<MethodType, Downcall> plain = new HashMap<>(); // by their types, which say all of them
        List<MethodType> types = new ArrayList<>(methods.size());
        for (Method method : methods) {
            MethodType type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
            types.add(type);
            boolean isPlain = reader == null && JavaTypes.isPlain(method);
            Downcall alike = isPlain ? plain.get(type) : null;
            if (alike != null) {
                Downcall downcall = alike.named(prefix(method).concat(method.getName()));
                calls.add(downcall.passages());
                targets.add(downcall.target());
                continue;
            }
            Declaration read = read(method, caller, reader);
            if (read.variable) {
                calls.add(null);
                targets.add(Access.of(read, method, library, scope));
                continue;
            }
            Declaration declaration = owning(read, method, library, scope);
            Downcall downcall = Downcall.declare(
                    library, scope, declaration.symbols, declaration.signature, declaration.optional);
            if (declaration.departure == null) {
                AbstractMethods.requireSuitable(method, declaration.signature, downcall);
            } else {
                departures = departures == null ? new Departures(face, methods, caller) : departures;
                departures.add(method, declaration.departure, downcall);
            }
            calls.add(downcall.passages());
            targets.add(downcall.target());
            if (isPlain) {
                plain.put(type, downcall);
            }
        }
        List<Departing> departing = departures == null ? null : departures.departing(targets);
        boolean unloads = !scope.equals(Arena.global().scope());
        try {
            T bound = face.cast(Faces.binding(
                    caller, face, methods, types, calls, targets, departing, unloads, face.getTypeName()));
            begun = true;
            if (departures != null) {
                departures.bound(bound);
            }
            return bound;
        } catch (IllegalAccessException e) {
            throw AbstractMethods.notVisible(face, e);
        } catch (TooLarge e) {
            throw BindingException.tooLarge(face, methods.size());
        }
    }

    /// {@return what stands behind a method}
    ///
    /// @param reader says so; null if Java's own rules do
    private static Declaration read(Method method, Lookup caller, Function<Method, Declaration> reader) {
        try {
            return reader != null ? reader.apply(method) : prefixed(declaration(method, null, caller, null), method);
        } catch (BindingException e) {
            throw BindingException.in(method, e);
        }
    }

    /// {@return the functions behind the abstract methods of an interface that was bound}
    ///
    /// @throws IllegalArgumentException if the object does not come from here
    public static List<Downcall> functions(Object bound) {
        return Contents.functions(bound);
    }

    /// {@return the variables behind the abstract methods of an interface that was bound, each once}
    ///
    /// @throws IllegalArgumentException if the object does not come from here
    public static List<Variable<?>> variables(Object bound) {
        return Contents.variables(bound);
    }

    /// Opens the library of an interface that was bound, and links all its functions and variables that are not
    /// [IfPresent].
    ///
    /// @throws LibraryNotFoundException if the library is not found, or can not be loaded
    /// @throws SymbolNotFoundException  if it does not export them all, or uses symbols that no loaded library has: the
    ///                                  message lists all of them
    /// @throws BindingException         if no variable of the declared type is where one should be, see [Variable]
    /// @throws IllegalArgumentException if the object does not come from here
    public static void link(Object bound) {
        Contents.link(bound);
    }

    /// {@return how the library of an interface that was bound was found, what it is, and which functions and variables
    /// are there}
    ///
    /// Opens the library if it is not open yet, and throws nothing if that fails: then the report says why. The
    /// functions are sorted by their symbols, and so are the variables.
    ///
    /// @throws IllegalArgumentException if the object does not come from here, or has neither function nor variable
    public static LibraryReport report(Object bound) {
        return Contents.report(bound);
    }

    /// What a result is freed by is a function of the same library, so it is not the reader's to know.
    private static Declaration owning(
            Declaration read, Method method, Supplier<NativeLibrary> library, MemorySegment.Scope scope) {
        Annotation[] annotations = method.getAnnotations();
        Owned owned = annotations.length == 0 ? null : JavaTypes.find(annotations, Owned.class);
        if (owned == null) {
            return read;
        }
        Signature signature = read.signature;
        if (!signature.result().canBeOwned()) {
            throw BindingException.of("Only text, a handle, a Pointer or an array can be owned: " + signature.result(),
                    method, signature.result().equals(NativeType.ADDRESS)
                            ? "return a handle of one MemorySegment, or a Pointer, which can be given back"
                            : "take the annotation from the result");
        }
        NativeType<?> result = owned.value().isEmpty()
                ? signature.result().owned()
                : signature.result().owned(Downcall.declare(
                        library, scope, owned.value(), Signature.of(NativeType.VOID, NativeType.ADDRESS)));
        Signature owning = new Signature(result, signature.parameters(), signature.critical(), signature.fixed());
        return new Declaration(read.symbols, owning, read.optional, read.departure, false);
    }

    /// {@return what stands behind a method of a Java interface}
    ///
    /// [Owned] is left to [#bind], which knows the library.
    ///
    /// @throws BindingException if it has a type that no native type stands for
    public static Declaration declaration(Method method) {
        return declaration(method, null, null, null);
    }

    /// {@return what stands behind a method some of whose types are not Java's}
    ///
    /// Of a type that is known, only whether it may be null is still read from the method.
    ///
    /// @param known gives the type of a parameter by its index, or of the result by -1; null where [#declaration] reads
    /// @throws BindingException if it has another type that no native type stands for
    public static Declaration declaration(Method method, IntFunction<? extends NativeType<?>> known) {
        return declaration(method, known, null, null);
    }

    /// {@return the same, where a method that returns a future has its calls made in these threads}
    ///
    /// @param known   may be null, if all are Java's
    /// @param threads null for the elastic ones
    public static Declaration declaration(
            Method method, IntFunction<? extends NativeType<?>> known, NativeThreads threads) {
        return declaration(method, known, null, threads);
    }

    /// {@return what stands behind a method whose result and last parameters say how another thread makes the call}
    ///
    /// @param departure  how
    /// @param result     C's result
    /// @param parameters how many of the method's parameters are C's
    /// @param known      as in the other one
    /// @throws BindingException as the other one
    public static Declaration declaration(Method method, Departure departure, NativeType<?> result, int parameters,
            IntFunction<? extends NativeType<?>> known) {
        Objects.requireNonNull(departure, "departure");
        requirePlain(method);
        NativeType<?>[] types = JavaTypes.parameters(method, parameters, known, null);
        return worded(method, Signature.of(result, types), departure);
    }

    /// {@return the type that C's result has, by the class and the annotations of a method of Java's}
    ///
    /// @throws BindingException if no native type stands for it
    public static NativeType<?> result(Method method, Type type) {
        return JavaTypes.result(method, type, null, null);
    }

    /// {@return the type that a type of Java's stands for, such as a parameter of a functional interface; null if there
    /// is none}
    ///
    /// @param annotations say more of it
    /// @param position    of the type in the method, for messages
    /// @param caller      sees what only its package may see; may be null
    /// @throws BindingException if an annotation does not suit the type
    public static NativeType<?> type(
            Type type, Annotation[] annotations, String position, Method method, Lookup caller) {
        return JavaTypes.held(type, annotations, new Place(position, method), caller);
    }

    private static Declaration declaration(
            Method method, IntFunction<? extends NativeType<?>> known, Lookup caller, NativeThreads threads) {
        requirePlain(method);
        Class<?> returned = method.getReturnType();
        boolean departs = !returned.isPrimitive() && returned != String.class && Departures.isFuture(returned);
        Type result = departs ? Departures.result(method) : method.getGenericReturnType();
        int count = method.getParameterCount();
        int fixed = method.isVarArgs() ? count - 1 : count;
        Signature signature = Signature.of(JavaTypes.result(method, result, known, caller),
                JavaTypes.parameters(method, fixed, known, caller));
        if (method.isVarArgs()) {
            return worded(method, signature.asVariadic(fixed), new VariadicMethod(method));
        }
        return worded(method, signature, departs ? new Departures.ByFuture(threads) : null);
    }

    /// {@return how the symbols of an interface begin, as its [Prefix] says; nothing if it has none}
    ///
    /// The JDK makes all annotations of a class to find one, and the one that Kotlin's classes have takes it twenty
    /// milliseconds in a process that has made none before. So it is asked only where the class file names this one, or
    /// can not be read.
    public static String prefix(Class<?> face) {
        Prefix prefix = ClassText.mayHavePrefix(face) ? face.getAnnotation(Prefix.class) : null;
        return prefix == null ? "" : prefix.value();
    }

    private static void requirePlain(Method method) {
        if (method.getTypeParameters().length > 0) {
            throw BindingException.of("A generic method", method, null);
        }
        if (method.isVarArgs() && (Departures.isFuture(method.getReturnType())
                || method.getParameterTypes()[method.getParameterCount() - 1] != Object[].class)) {
            throw BindingException.of("A variadic method that no function of C's can stand behind", method,
                    "it ends in Object..., and returns what C does");
        }
    }

    private static Declaration worded(Method method, Signature signature, Departure departure) {
        Annotation[] annotations = method.getAnnotations();
        if (annotations.length == 0) { // without any, the class of one need not be loaded
            return new Declaration(List.of(method.getName()), signature, false, departure, false);
        }
        if (departure == null) {
            requireNoEnding(method, annotations);
        }
        Symbol symbol = JavaTypes.find(annotations, Symbol.class);
        return new Declaration(symbol != null ? List.of(symbol.value()) : List.of(method.getName()),
                JavaTypes.find(annotations, Critical.class) != null ? signature.asCritical() : signature,
                JavaTypes.find(annotations, IfPresent.class) != null, departure,
                JavaTypes.find(annotations, Global.class) != null);
    }

    /// The prefix of the interface that declares a method is put before its name, unless a [Symbol] says another.
    private static Declaration prefixed(Declaration read, Method method) {
        String prefix = prefix(method);
        if (prefix.isEmpty() || method.isAnnotationPresent(Symbol.class)) {
            return read;
        }
        return new Declaration(List.of(prefix.concat(method.getName())), read.signature, read.optional,
                read.departure, read.variable);
    }

    private static String prefix(Method method) {
        Prefix prefix = method.getDeclaringClass().getAnnotation(Prefix.class);
        return prefix == null ? "" : prefix.value();
    }

    private static void requireNoEnding(Method method, Annotation[] annotations) {
        for (Annotation annotation : annotations) {
            String name = annotation.annotationType().getName(); // which loads no class that is seldom used
            if (name.equals("ffi.core.CancelledBy") || name.equals("ffi.core.Interruptible")) {
                throw BindingException.of("A method that ends, but whose caller waits for it", method,
                        "have it return a CompletableFuture, or suspend");
            }
        }
    }

    private static Supplier<NativeLibrary> opening(String library, Arena arena) {
        Objects.requireNonNull(library, "library");
        return new LateLibrary(library, arena);
    }
}
