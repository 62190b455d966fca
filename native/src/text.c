// SPDX-License-Identifier: Apache-2.0
// Text in and out: char in any encoding, wchar_t (32 bits, on Windows 16), and UTF-16.
#include "export.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

typedef uint16_t utf16; // char16_t needs <uchar.h>, which macOS lacks

static size_t utf16_units(const utf16 *text) {
    size_t units = 0;
    while (text[units]) units++;
    return units;
}

// Two arrays and a closing zero in one new array; the caller frees it.
static void *join(const void *a, size_t a_bytes, const void *b, size_t b_bytes, size_t zero_bytes) {
    char *joined = calloc(1, a_bytes + b_bytes + zero_bytes);
    if (!joined) return NULL;
    memcpy(joined, a, a_bytes);
    memcpy(joined + a_bytes, b, b_bytes);
    return joined;
}

EXPORT wchar_t *concatenateWideStrings(const wchar_t *a, const wchar_t *b) {
    const size_t unit = sizeof(wchar_t);
    return join(a, wcslen(a) * unit, b, wcslen(b) * unit, unit);
}

EXPORT utf16 *concatenateUtf16Strings(const utf16 *a, const utf16 *b) {
    const size_t unit = sizeof(utf16);
    return join(a, utf16_units(a) * unit, b, utf16_units(b) * unit, unit);
}

EXPORT size_t text_bytes(const char *text) { return strlen(text); }

EXPORT size_t wide_units(const wchar_t *text) { return wcslen(text); }

EXPORT size_t utf16_length(const utf16 *text) { return utf16_units(text); }

// The byte itself: a round trip alone cannot tell Latin-1 from UTF-8.
EXPORT uint8_t text_byte(const char *text, size_t index) { return (uint8_t) text[index]; }

EXPORT char *echo_latin1(const char *text) { return join(text, strlen(text), "", 0, 1); }

// Latin-1 for "é" and NUL: as UTF-8 it is malformed.
EXPORT const char *latin1_text(void) { return "\xE9"; }

EXPORT const char *echo_text(const char *text) { return text; }

EXPORT const char *returnNullString(void) { return NULL; }

EXPORT const wchar_t *returnNullWideString(void) { return NULL; }

EXPORT const utf16 *returnNullUtf16String(void) { return NULL; }

// --- text in place, by the elements of its charset -------------------------------------------------------------------

struct wide_name {
    int32_t before;
    wchar_t name[4];
    int32_t after;
};

struct utf16_name {
    int32_t before;
    utf16 name[4];
    int32_t after;
};

// As strncpy(3) leaves it: zeros behind a short text, no NUL behind a long one.
struct tag {
    char name[4];
    int32_t number;
};

EXPORT size_t size_of_wide_name(void) { return sizeof(struct wide_name); }

EXPORT size_t size_of_utf16_name(void) { return sizeof(struct utf16_name); }

EXPORT struct wide_name echo_wide_name(struct wide_name name) { return name; }

EXPORT struct utf16_name echo_utf16_name(struct utf16_name name) { return name; }

EXPORT struct tag echo_tag(struct tag tag) { return tag; }

// Fills all elements, with a NUL or without one: 'a', 'b', 'c', ...
EXPORT void fill_wide(wchar_t *to, int count) {
    for (int i = 0; i < count; i++) to[i] = L'a' + i;
}

EXPORT void fill_utf16(utf16 *to, int count) {
    for (int i = 0; i < count; i++) to[i] = (utf16) ('a' + i);
}

EXPORT void fill_text(char *to, int count) {
    for (int i = 0; i < count; i++) to[i] = (char) ('a' + i);
}

EXPORT const wchar_t *static_wide(void) {
    static const wchar_t text[8] = L"abcdefgh"; // 8 elements without a NUL
    return text;
}

EXPORT const char *static_four(void) {
    static const char text[8] = {'f', 'o', 'u', 'r', 'l', 'e', 's', 's'};
    return text;
}

// How many of these bytes are 0, from the first to the last.
EXPORT int32_t zeros(const unsigned char *bytes, int32_t count) {
    int32_t zeros = 0;
    for (int32_t i = 0; i < count; i++) zeros += bytes[i] == 0;
    return zeros;
}

EXPORT void each_tag(struct tag *tags, int32_t count, void (*visit)(struct tag *, int32_t)) { visit(tags, count); }

EXPORT int is_null(const void *pointer) { return pointer == NULL; }
