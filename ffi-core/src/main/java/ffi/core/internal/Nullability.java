// SPDX-License-Identifier: Apache-2.0
package ffi.core.internal;

import java.lang.classfile.Annotation;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeAnnotation;
import java.lang.classfile.TypeAnnotation.FormalParameterTarget;
import java.lang.classfile.TypeAnnotation.TargetType;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.List;

/// Whether a method says of its types that they may be null, by any annotation named `Nullable`.
///
/// Most such annotations, Kotlin's among them, are in the class file and not in the running class; so the file is read.
public final class Nullability {

    private static final String NAME = "Nullable;";

    private Nullability() {}

    /// {@return whether anything in the class file of a method says that it may be null}
    public static boolean isSaid(Method method) {
        return ClassText.ofNullable(method.getDeclaringClass()) != null;
    }

    /// {@return whether the method may return null}
    public static boolean ofResult(Method method) {
        MethodModel model = method.getReturnType().isPrimitive() ? null : model(method);
        if (model == null) {
            return false;
        }
        List<Annotation> annotations = new ArrayList<>();
        model.findAttribute(Attributes.runtimeInvisibleAnnotations())
                .ifPresent(a -> annotations.addAll(a.annotations()));
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
        ClassModel file = ClassText.ofNullable(method.getDeclaringClass());
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
}
