// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodHandles.Lookup;
import java.lang.invoke.MethodType;
import java.lang.ref.SoftReference;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/// Makes the objects that Java and Kotlin call functions through, and keeps their classes for the next function alike.
public final class Faces {

    private static final String NOT_SEEN = "its class loader does not see ";
    private static final Lookup OWN = MethodHandles.lookup();

    /// Whether calls of any library are watched. It is here so that a program without has no class more to load.
    private static final boolean WATCHES =
            System.getProperty("ffi.trace") != null || System.getProperty("ffi.jfr") != null;

    /// Two functions with one key share a class. A record's own `hashCode` would cost the first call milliseconds.
    private record Key(Call call, MethodType type, boolean unloads, boolean watched) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Key key && key.unloads == unloads && key.watched == watched
                    && key.type.equals(type) && key.call.equals(call);
        }

        @Override
        public int hashCode() {
            return 31 * call.hashCode() + type.hashCode() + (watched ? 1 : 0);
        }
    }

    /// By the type that the user sees, so that a class lives no longer than that type; and, since a program may make
    /// types without end, such as mappings by lambdas that capture, no longer than there is memory. By the hash alone
    /// nothing of a type is kept; of two keys with one hash the later one is known.
    private static final class ByFace extends ClassValue<ConcurrentMap<Integer, SoftReference<Known>>> {
        static final ByFace KNOWN = new ByFace();

        @Override
        protected ConcurrentMap<Integer, SoftReference<Known>> computeValue(Class<?> face) {
            return new ConcurrentHashMap<>();
        }

        static Known find(Class<?> face, Key key) {
            SoftReference<Known> reference = KNOWN.get(face).get(key.hashCode());
            Known known = reference == null ? null : reference.get();
            return known != null && known.key.equals(key) ? known : null;
        }

        static void add(Class<?> face, Known made) {
            KNOWN.get(face).put(made.key.hashCode(), new SoftReference<>(made));
        }
    }

    /// A generated class, ready to make a function of a target.
    ///
    /// @param isOwn whether it lies beside this class, so that any caller may have it
    private record Known(Key key, Functions functions, Slots slots, boolean isOwn) {
        Object make(Target target) {
            return functions.make(target, slots.take());
        }
    }

    /// The face of [#handle]: a class of its own for each type.
    static class Exact {}

    private Faces() {}

    /// {@return an object whose one method calls a function}
    ///
    /// @param caller  who may see the face; null if all may
    /// @param face    an interface, or an abstract class with a constructor of no parameters
    /// @param method  the abstract one
    /// @param unloads whether the function's library can be unloaded
    /// @throws IllegalAccessException if the face can be seen neither by all nor by the caller
    public static Object function(
            Lookup caller, Class<?> face, Method method, Call call, boolean unloads, Target target)
            throws IllegalAccessException {
        MethodType type = MethodType.methodType(method.getReturnType(), method.getParameterTypes());
        return function(caller, face, method.getName(), type, call, unloads, target);
    }

    static Object function(Lookup caller, Class<?> face, String method, MethodType type, Call call, boolean unloads,
            Target target) throws IllegalAccessException {
        Key key = new Key(call, type, unloads, watches(target));
        Known known = ByFace.find(face, key);
        if (known == null) {
            known = define(host(caller, face, type), face, method, key);
        } else if (!known.isOwn) {
            host(caller, face, type); // or this caller would see what another one had to show
        }
        return known.make(target);
    }

    /// {@return whether calls of a function are watched, as far as that is known before its library is open}
    public static boolean watches(Target target) {
        return WATCHES && Watches.isAsked(target);
    }

    /// {@return whether calls of a function of Java's by C are watched}
    static boolean watches(Origin origin) {
        return WATCHES && Watches.isAsked(origin);
    }

    /// {@return whether calls of any function are watched}
    public static boolean watches() {
        return WATCHES;
    }

    /// {@return a handle of exactly this type that calls a function}
    public static MethodHandle handle(MethodType type, Call call, boolean unloads, Target target) {
        MethodType visible = visible(type);
        try {
            Key key = new Key(call, visible, unloads, watches(target));
            Known known = ByFace.find(Exact.class, key);
            if (known == null) {
                known = define(OWN, Exact.class, "call", key);
            }
            Object function = known.make(target);
            return OWN.findVirtual(function.getClass(), "call", visible).bindTo(function).asType(type);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(e); // the class is our own
        }
    }

    /// {@return the type with [Object] for what a class of ours can not name, such as a user's private enum}
    private static MethodType visible(MethodType type) {
        MethodType visible = isVisible(type.returnType()) ? type : type.changeReturnType(Object.class);
        for (int i = 0; i < type.parameterCount(); i++) {
            if (!isVisible(type.parameterType(i))) {
                visible = visible.changeParameterType(i, Object.class);
            }
        }
        return visible;
    }

    private static Known define(Lookup host, Class<?> face, String method, Key key) throws IllegalAccessException {
        Slots slots = new Slots();
        FunctionWriter writer = new FunctionWriter(
                host, face, method, key.type, key.call, key.unloads, key.watched, slots);
        Known made = new Known(key, (Functions) writer.define(), slots, host == OWN);
        ByFace.add(face, made); // of two threads that race here each has its own class, which is no harm
        return made;
    }

    /// An interface, each of whose abstract methods calls a function.
    ///
    /// @param types     of the methods
    /// @param departing what makes the calls of a method instead of itself; null for one that does, or for all
    /// @param text      what its `toString` returns
    /// @throws IllegalAccessException if the face can be seen neither by all nor by the caller
    public static Object binding(Lookup caller, Class<?> face, List<Method> methods, List<MethodType> types,
            List<Call> calls, List<? extends Target> targets, List<Departing> departing, boolean unloads, String text)
            throws IllegalAccessException {
        List<BindingWriter.Way> bound = new ArrayList<>(methods.size());
        Set<MethodType> seen = new HashSet<>();
        Lookup host = host(caller, face, MethodType.methodType(void.class));
        for (int i = 0; i < methods.size(); i++) {
            Method method = methods.get(i);
            MethodType type = types.get(i);
            bound.add(new BindingWriter.Way(
                    method.getName(), type, calls.get(i), targets.get(i),
                    departing == null ? null : departing.get(i), calls.get(i) != null && watches(targets.get(i))));
            if (host == OWN && seen.add(type)) {
                host = host(caller, face, type);
            }
        }
        return new BindingWriter(host, face, bound, unloads, text).define();
    }

    /// Where the class is defined: beside us, if the face and the types of its method can be seen from here, which
    /// spares a user's module from seeing our inside; else beside the face.
    static Lookup host(Lookup caller, Class<?> face, MethodType type) throws IllegalAccessException {
        Module ours = OWN.lookupClass().getModule();
        ours.addReads(face.getModule());
        boolean visible = isVisible(face) && isVisible(type.returnType());
        for (int i = 0; visible && i < type.parameterCount(); i++) {
            visible = isVisible(type.parameterType(i));
        }
        if (visible) {
            return OWN;
        }
        Lookup host = caller != null ? caller : MethodHandles.privateLookupIn(face, OWN);
        host.accessClass(face);
        ClassLoader loader = host.lookupClass().getClassLoader();
        requireSeen(Target.class, "ffi.core", loader);
        requireSeen(face, face.getTypeName(), loader);
        ours.addExports(OWN.lookupClass().getPackageName(), host.lookupClass().getModule());
        return host;
    }

    /// {@return what is said of a class that this module cannot see}
    public static Facts notVisible(Class<?> type, IllegalAccessException cause) {
        Module module = type.getModule();
        String packaged = type.getPackageName();
        Facts facts = Facts.of("Not visible to ffi.core: " + type.getTypeName());
        if (cause.getMessage() != null && cause.getMessage().startsWith(NOT_SEEN)) {
            return facts.hint("pass a MethodHandles.lookup() of a class of its own class loader, which must see"
                    + " ffi.core");
        }
        boolean isPublic = Modifier.isPublic(type.getModifiers());
        if (module.isNamed() && !module.isOpen(packaged, OWN.lookupClass().getModule())) {
            return facts.hint("write " + (isPublic ? "exports " : "opens ") + packaged + " to ffi.core; in module "
                    + module.getName() + ", or pass a MethodHandles.lookup() of that package");
        }
        return facts.hint((isPublic ? "" : "make it public, or ") + "pass a MethodHandles.lookup() of its package");
    }

    /// The generated class names the face and classes of ours, so its loader must find them.
    private static void requireSeen(Class<?> type, String name, ClassLoader loader) throws IllegalAccessException {
        try {
            if (Class.forName(type.getName(), false, loader) == type) {
                return;
            }
        } catch (ClassNotFoundException e) {
            // said below
        }
        throw new IllegalAccessException(NOT_SEEN + name + ": " + loader);
    }

    /// Whether code of ours can name a type; its module is then read by ours.
    private static boolean isVisible(Class<?> type) {
        if (type.isPrimitive()) {
            return true;
        }
        if (type.isArray()) {
            return isVisible(type.componentType());
        }
        if (!Modifier.isPublic(type.getModifiers())
                || !type.getModule().isExported(type.getPackageName(), OWN.lookupClass().getModule())) {
            return false;
        }
        OWN.lookupClass().getModule().addReads(type.getModule());
        ClassLoader ours = OWN.lookupClass().getClassLoader();
        ClassLoader theirs = type.getClassLoader();
        for (ClassLoader loader = ours; loader != null; loader = loader.getParent()) {
            if (loader == theirs) {
                return true;
            }
        }
        return theirs == null;
    }
}
