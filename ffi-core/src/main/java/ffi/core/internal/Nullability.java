// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.Annotation;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.TypeAnnotation.FormalParameterTarget;
import java.lang.classfile.TypeAnnotation.TargetType;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.Utf8Entry;
import java.lang.reflect.Method;
import java.net.URISyntaxException;
import java.net.URL;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.zip.ZipFile;

/// Whether a method says of its types that they may be null, by any annotation named `Nullable`.
///
/// Most such annotations, Kotlin's among them, are in the class file and not in the running class; so the file is read.
public final class Nullability {

    private static final String NAME = "Nullable;";

    /// Reading a file once for each interface is enough; the answers go with the class.
    private static final ClassValue<ClassModel> FILES = new ClassValue<>() {
        @Override
        protected ClassModel computeValue(Class<?> type) {
            return read(type);
        }
    };

    private Nullability() {}

    /// {@return whether the method may return null}
    public static boolean ofResult(Method method) {
        MethodModel model = method.getReturnType().isPrimitive() ? null : model(method);
        if (model == null) {
            return false;
        }
        List<Annotation> annotations = new ArrayList<>();
        model.findAttribute(Attributes.runtimeInvisibleAnnotations()).ifPresent(a -> annotations.addAll(a.annotations()));
        model.findAttribute(Attributes.runtimeVisibleAnnotations()).ifPresent(a -> annotations.addAll(a.annotations()));
        for (TypeAnnotation annotation : ofTypes(model)) {
            if (annotation.targetInfo().targetType() == TargetType.METHOD_RETURN && annotation.targetPath().isEmpty()) {
                annotations.add(annotation.annotation());
            }
        }
        return contains(annotations);
    }

    /// {@return whether the parameter may be null}
    ///
    /// @param index from 0
    public static boolean ofParameter(Method method, int index) {
        MethodModel model = method.getParameterTypes()[index].isPrimitive() ? null : model(method);
        if (model == null) {
            return false;
        }
        List<Annotation> annotations = new ArrayList<>();
        model.findAttribute(Attributes.runtimeInvisibleParameterAnnotations())
                .ifPresent(a -> annotations.addAll(at(a.parameterAnnotations(), index)));
        model.findAttribute(Attributes.runtimeVisibleParameterAnnotations())
                .ifPresent(a -> annotations.addAll(at(a.parameterAnnotations(), index)));
        for (TypeAnnotation annotation : ofTypes(model)) {
            if (annotation.targetInfo() instanceof FormalParameterTarget target
                    && target.formalParameterIndex() == index && annotation.targetPath().isEmpty()) {
                annotations.add(annotation.annotation());
            }
        }
        return contains(annotations);
    }

    private static List<Annotation> at(List<List<Annotation>> parameters, int index) {
        return index < parameters.size() ? parameters.get(index) : List.of();
    }

    private static List<TypeAnnotation> ofTypes(MethodModel model) {
        List<TypeAnnotation> annotations = new ArrayList<>();
        model.findAttribute(Attributes.runtimeInvisibleTypeAnnotations())
                .ifPresent(a -> annotations.addAll(a.annotations()));
        model.findAttribute(Attributes.runtimeVisibleTypeAnnotations())
                .ifPresent(a -> annotations.addAll(a.annotations()));
        return annotations;
    }

    private static boolean contains(List<Annotation> annotations) {
        for (Annotation annotation : annotations) {
            String name = annotation.classSymbol().descriptorString();
            if (name.endsWith("/".concat(NAME)) || name.endsWith("$".concat(NAME))) {
                return true;
            }
        }
        return false;
    }

    private static MethodModel model(Method method) {
        ClassModel file = FILES.get(method.getDeclaringClass());
        if (file == null) {
            return null;
        }
        String descriptor = java.lang.invoke.MethodType
                .methodType(method.getReturnType(), method.getParameterTypes()).descriptorString();
        for (MethodModel model : file.methods()) {
            if (model.methodName().equalsString(method.getName()) && model.methodType().equalsString(descriptor)) {
                return model;
            }
        }
        return null;
    }

    /// Most classes do not even name such an annotation, and then their methods need not be looked through.
    private static boolean names(ClassModel model) {
        for (PoolEntry entry : model.constantPool()) {
            if (entry instanceof Utf8Entry text && text.stringValue().endsWith(NAME)) {
                return true;
            }
        }
        return false;
    }

    /// A class that was made at run time has no file, nor has one whose jar was replaced meanwhile; then nothing is known.
    private static ClassModel read(Class<?> type) {
        try {
            byte[] file = bytes(type);
            ClassModel model = file == null ? null : ClassFile.of().parse(file);
            return model != null && names(model) ? model : null;
        } catch (IOException | IllegalArgumentException e) { // no class file
            return null;
        }
    }

    private static byte[] bytes(Class<?> type) throws IOException {
        String name = type.getName();
        File jar = jar(type);
        if (jar != null) {
            try (JarFile opened = new JarFile(jar, false, ZipFile.OPEN_READ, JarFile.runtimeVersion())) {
                JarEntry entry = opened.getJarEntry(name.replace('.', '/').concat(".class"));
                if (entry != null) {
                    return opened.getInputStream(entry).readAllBytes();
                }
            } catch (IOException e) {
                // the class loader may still have what was there
            }
        }
        try (InputStream file = type.getResourceAsStream(name.substring(name.lastIndexOf('.') + 1).concat(".class"))) {
            return file == null ? null : file.readAllBytes();
        }
    }

    /// {@return the jar that the class is of, or null if it is of none that is a file}
    ///
    /// Which the class loader has open already, so that it costs little to read. The way by [Class#getResourceAsStream]
    /// asks the loaders of the platform first, and makes a connection of a URL; each is the first of its kind to do so.
    private static File jar(Class<?> type) {
        CodeSource source = type.getProtectionDomain().getCodeSource();
        URL location = source == null ? null : source.getLocation();
        if (location == null || !location.getProtocol().equals("file") || !location.getPath().endsWith(".jar")) {
            return null;
        }
        try {
            File jar = new File(location.toURI());
            return jar.isFile() ? jar : null;
        } catch (URISyntaxException | IllegalArgumentException e) {
            return null;
        }
    }
}
