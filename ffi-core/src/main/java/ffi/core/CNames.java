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
        String none = type == null ? none(plain) : null;
        if (none != null) {
            throw place.wrong(Facts.of("A C type that no argument or result can be of", name), none);
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

    /// {@return what to do about a type for which the JDK's linker has no layout; null for any other type}
    private static String none(String plain) {
        if (List.of("__int128", "unsigned __int128", "__int128_t", "__uint128_t").contains(plain)) {
            return "pass a pointer to it; two longs in its place are wrong where registers have run out,"
                    + " since it is aligned to 16 bytes";
        } else if (List.of("long double", "__float128", "_Float128").contains(plain)) {
            return "write a C function that takes and returns double";
        } else if (plain.contains("_Complex") || plain.endsWith(" complex")) {
            return plain.startsWith("long") ? "pass a pointer to it"
                    : "declare a record of two components, the real and the imaginary part";
        } else if (plain.startsWith("__m128") || plain.startsWith("__m256") || plain.startsWith("__m512")) {
            return "pass a pointer to the elements, and call a C function that loads them";
        }
        return null;
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
