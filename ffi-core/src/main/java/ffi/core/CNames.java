// SPDX-License-Identifier: Apache-2.0
package ffi.core;

import ffi.core.internal.Facts;

import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// The types by their names in C, as [CType] spells them.
final class CNames {

    private static final Map<String, NativeType<?>> TYPES = Map.ofEntries(
            Map.entry("int8_t", NativeType.I8), Map.entry("int16_t", NativeType.I16),
            Map.entry("int32_t", NativeType.I32), Map.entry("int64_t", NativeType.I64),
            Map.entry("uint8_t", NativeType.U8), Map.entry("uint16_t", NativeType.U16),
            Map.entry("uint32_t", NativeType.U32), Map.entry("uint64_t", NativeType.U64),
            Map.entry("float", NativeType.F32), Map.entry("double", NativeType.F64),
            Map.entry("bool", NativeType.BOOL), Map.entry("_Bool", NativeType.BOOL),
            Map.entry("char", NativeType.C_CHAR), Map.entry("signed char", NativeType.C_CHAR),
            Map.entry("unsigned char", NativeType.C_UCHAR),
            Map.entry("short", NativeType.C_SHORT), Map.entry("unsigned short", NativeType.C_USHORT),
            Map.entry("int", NativeType.C_INT), Map.entry("unsigned int", NativeType.C_UINT),
            Map.entry("unsigned", NativeType.C_UINT),
            Map.entry("long", NativeType.C_LONG), Map.entry("unsigned long", NativeType.C_ULONG),
            Map.entry("long long", NativeType.C_LONG_LONG),
            Map.entry("unsigned long long", NativeType.C_ULONG_LONG),
            Map.entry("size_t", NativeType.USIZE), Map.entry("ssize_t", NativeType.ISIZE),
            Map.entry("ptrdiff_t", NativeType.ISIZE), Map.entry("intptr_t", NativeType.ISIZE),
            Map.entry("uintptr_t", NativeType.USIZE),
            Map.entry("wchar_t", NativeType.WCHAR), Map.entry("char16_t", NativeType.CHAR16),
            Map.entry("char *", NativeType.CSTRING), Map.entry("wchar_t *", NativeType.WSTRING),
            Map.entry("char16_t *", NativeType.UTF16), Map.entry("void *", NativeType.ADDRESS));

    private CNames() {}

    /// {@return the integer that carries an enum class, or a set of one}
    static NativeType<?> number(String name, Class<?> type, Place place) {
        NativeType<?> number = TYPES.get(plain(name));
        if (number == null) {
            throw unknown(name, place);
        }
        if (!EnumTypes.carries(number)) {
            throw place.wrong(Facts.of("Not a carrier of an enumeration: " + plain(name))
                    .add("type", type.getTypeName()), "name an integer, such as int or uint8_t");
        }
        return number;
    }

    private static IllegalArgumentException unknown(String name, Place place) {
        return place.wrong(Facts.of("No native type for the C type", name),
                "the names are " + String.join(", ", names()));
    }

    static NativeType<?> type(String name, Class<?> carrier, Place place) {
        String plain = plain(name);
        NativeType<?> type = TYPES.get(plain);
        if (carrier == MemorySegment.class && plain.endsWith("*")) {
            type = NativeType.ADDRESS; // of whatever it points to, only the address is of interest
        }
        if (type == null) {
            throw unknown(name, place);
        }
        if (type.passage().javaType() != carrier) {
            throw place.wrong(Facts.of("Not the Java type of " + plain(name) + ": " + carrier.getTypeName()),
                    "declare it " + type.passage().javaType().getSimpleName());
        }
        return type;
    }

    /// `const char*` and `char  *` are `char *`, `long unsigned int` is `unsigned long`, `signed` is `int`.
    private static String plain(String name) {
        List<String> words = new ArrayList<>(List.of(name.replace("*", " * ").trim().split("\\s+")));
        words.removeIf("const"::equals);
        if (!words.contains("char") && words.remove("signed") && words.isEmpty()) {
            return "int";
        }
        if (words.contains("long") || words.contains("short")) {
            words.remove("int");
        }
        if (words.remove("unsigned")) {
            words.add(0, "unsigned"); // wherever C let it stand
        }
        return String.join(" ", words);
    }

    private static List<String> names() {
        return TYPES.keySet().stream().sorted().toList();
    }
}
