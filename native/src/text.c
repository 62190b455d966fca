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

EXPORT int is_null(const void *pointer) { return pointer == NULL; }
