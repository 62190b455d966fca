// SPDX-License-Identifier: Apache-2.0
// Arrays in, out, and changed in place; counted by an argument, by a field, by a closing zero.
#include "blocks.h"
#include "layout.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <wchar.h>

static void *copy_of(const void *bytes, size_t count) {
    void *copy = give(count);
    return copy && count ? memcpy(copy, bytes, count) : copy;
}

// --- ffi-rs ----------------------------------------------------------------------------------------------------

EXPORT int *createArrayi32(const int *array, int size) { return copy_of(array, (size_t) size * sizeof *array); }

EXPORT double *createArrayDouble(const double *array, int size) {
    return copy_of(array, (size_t) size * sizeof *array);
}

EXPORT double *createArrayFloat(const float *array, int size) {
    double *copy = give((size_t) size * sizeof *copy);
    if (!copy) return NULL;
    for (int i = 0; i < size; i++) copy[i] = array[i];
    return copy;
}

// Copies of the texts: the caller's own end with the call. NULL among them stays NULL.
EXPORT char **createArrayString(char **array, int size) {
    char **copy = give((size_t) size * sizeof *copy);
    if (!copy) return NULL;
    for (int i = 0; i < size; i++) copy[i] = array[i] ? copy_of(array[i], strlen(array[i]) + 1) : NULL;
    return copy;
}

EXPORT void free_strings(char **strings, int count) {
    if (!strings) return;
    for (int i = 0; i < count; i++) take(strings[i]);
    take(strings);
}

EXPORT int modifyData(int8_t *buffer, size_t size) {
    int sum = 0;
    for (size_t i = 0; i < size; i++) sum += buffer[i] = (int8_t)((uint8_t) buffer[i] + 1);
    return sum;
}

// --- every element type ----------------------------------------------------------------------------------------

EXPORT int64_t sum_ints(const int *values, size_t count) {
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) sum += values[i];
    return sum;
}

// NULL is an empty array, so that it can be told from a pointer to nothing.
#define ARRAYS_OF(name, type, total, element) \
    EXPORT total sum_##name##_array(const type *values, size_t count) { \
        total sum = 0; \
        for (size_t i = 0; values && i < count; i++) sum += (total) values[i]; \
        return sum; \
    } \
    EXPORT void reverse_##name##_array(type *values, size_t count) { \
        for (size_t i = 0; i < count / 2; i++) { \
            const type was = values[i]; \
            values[i] = values[count - 1 - i]; \
            values[count - 1 - i] = was; \
        } \
    } \
    EXPORT type *range_##name(size_t count) { \
        type *values = give(count * sizeof *values); \
        for (size_t i = 0; values && i < count; i++) values[i] = (type)(element); \
        return values; \
    } \
    EXPORT size_t length_##name##_array(const type *values) { \
        size_t count = 0; \
        while (values[count] != 0) count++; \
        return count; \
    } \
    EXPORT type *countdown_##name(size_t from) { \
        type *values = give((from + 1) * sizeof *values); \
        for (size_t i = 0; values && i <= from; i++) values[i] = (type)(from - i); \
        return values; \
    }

ARRAYS_OF(i8, int8_t, int64_t, i)
ARRAYS_OF(i16, int16_t, int64_t, i)
ARRAYS_OF(i32, int32_t, int64_t, i)
ARRAYS_OF(i64, int64_t, int64_t, i)
ARRAYS_OF(u8, uint8_t, int64_t, i)
ARRAYS_OF(u16, uint16_t, int64_t, i)
ARRAYS_OF(u32, uint32_t, int64_t, i)
ARRAYS_OF(u64, uint64_t, uint64_t, i)
ARRAYS_OF(f32, float, double, i)
ARRAYS_OF(f64, double, double, i)
ARRAYS_OF(bool, bool, int64_t, i % 2) // or else all but the first were true
ARRAYS_OF(char16, uint16_t, int64_t, i)
ARRAYS_OF(isize, ptrdiff_t, int64_t, i)
ARRAYS_OF(usize, size_t, uint64_t, i)
ARRAYS_OF(char, char, int64_t, i)
ARRAYS_OF(short, short, int64_t, i)
ARRAYS_OF(int, int, int64_t, i)
ARRAYS_OF(long, long, int64_t, i)
ARRAYS_OF(longlong, long long, int64_t, i)
ARRAYS_OF(uchar, unsigned char, int64_t, i)
ARRAYS_OF(ushort, unsigned short, int64_t, i)
ARRAYS_OF(uint, unsigned, int64_t, i)
ARRAYS_OF(ulong, unsigned long, uint64_t, i)
ARRAYS_OF(ulonglong, unsigned long long, uint64_t, i)
ARRAYS_OF(wchar, wchar_t, int64_t, i)

EXPORT int *no_ints(void) { return NULL; }

EXPORT int *primes_below(int limit, size_t *count) { // counted by an out parameter
    int *primes = give((size_t)(limit > 0 ? limit : 0) * sizeof *primes);
    *count = 0;
    for (int n = 2; primes && n < limit; n++) {
        size_t i = 0;
        while (i < *count && n % primes[i] != 0) i++;
        if (i == *count) primes[(*count)++] = n;
    }
    return primes;
}

EXPORT int fill_ints(int *values, size_t *count) { // the room before, the elements after
    const size_t wanted = 5;
    for (size_t i = 0; i < *count && i < wanted; i++) values[i] = (int) (10 * i);
    const int fits = *count >= wanted;
    *count = wanted;
    return fits ? 0 : -1;
}

// --- texts -----------------------------------------------------------------------------------------------------

EXPORT int count_strings(char **strings) { // NULL ends them
    int count = 0;
    while (strings[count]) count++;
    return count;
}

EXPORT int count_nulls(const char *const *strings, int count) {
    int nulls = 0;
    for (int i = 0; i < count; i++) nulls += strings[i] == NULL;
    return nulls;
}

EXPORT char *join(const char *const *strings, int count, const char *separator) {
    size_t bytes = 1;
    for (int i = 0; i < count; i++) bytes += strlen(strings[i]) + strlen(separator);
    char *joined = give(bytes), *end = joined;
    if (!joined) return NULL;
    for (int i = 0; i < count; i++) {
        if (i) end = memcpy(end, separator, strlen(separator)), end += strlen(separator);
        end = memcpy(end, strings[i], strlen(strings[i])), end += strlen(strings[i]);
    }
    *end = '\0';
    return joined;
}

EXPORT void reverse_strings(char **strings, int count) { // the pointers change places, the texts stay
    for (int i = 0; i < count / 2; i++) {
        char *was = strings[i];
        strings[i] = strings[count - 1 - i];
        strings[count - 1 - i] = was;
    }
}

EXPORT const char *const *strings_until_null(void) {
    static const char *const strings[] = {"one", "", "gr\xC3\xBC\xC3\x9F", NULL};
    return strings;
}

EXPORT const char *const *strings_with_null(void) { // three, of which the second is NULL
    static const char *const strings[] = {"one", NULL, "three"};
    return strings;
}

EXPORT char **split(const char *text, char separator) { // the caller frees the array and each text
    size_t count = 1;
    for (const char *c = text; *c; c++) count += *c == separator;
    char **parts = give((count + 1) * sizeof *parts);
    if (!parts) return NULL;
    for (size_t i = 0; i < count; i++) {
        const char *end = strchr(text, separator);
        const size_t bytes = i + 1 < count ? (size_t)(end - text) : strlen(text);
        parts[i] = give(bytes + 1);
        if (parts[i]) memcpy(parts[i], text, bytes), parts[i][bytes] = '\0';
        text += bytes + 1;
    }
    parts[count] = NULL;
    return parts;
}

EXPORT size_t total_wide_units(const wchar_t *const *strings, int count) {
    size_t units = 0;
    for (int i = 0; i < count; i++) units += wcslen(strings[i]);
    return units;
}

// --- two dimensions --------------------------------------------------------------------------------------------

EXPORT int64_t sum_rows(int **rows, int n, int m) { // weighed by the place
    int64_t sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) sum += (int64_t)(i * m + j + 1) * rows[i][j];
    return sum;
}

EXPORT void negate_rows(int **rows, int n, int m) {
    for (int i = 0; i < n; i++)
        for (int j = 0; j < m; j++) rows[i][j] = -rows[i][j];
}

EXPORT int **make_rows(int n, int m) { // 0, 1, ... row by row
    int **rows = give((size_t) n * sizeof *rows);
    for (int i = 0; rows && i < n; i++) {
        rows[i] = give((size_t) m * sizeof *rows[i]);
        for (int j = 0; rows[i] && j < m; j++) rows[i][j] = i * m + j;
    }
    return rows;
}

EXPORT void free_rows(int **rows, int n) {
    for (int i = 0; i < n; i++) take(rows[i]);
    take(rows);
}

struct matrix {
    int cells[2][3];
};

struct transposed {
    int cells[3][2];
};

EXPORT int64_t sum_matrix_at(const struct matrix *matrix) { // weighed by the place
    int64_t sum = 0;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++) sum += (int64_t)(i * 3 + j + 1) * matrix->cells[i][j];
    return sum;
}

EXPORT int64_t sum_matrix(struct matrix matrix) { return sum_matrix_at(&matrix); }

EXPORT struct matrix make_matrix(int first) {
    struct matrix matrix;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++) matrix.cells[i][j] = first + i * 3 + j;
    return matrix;
}

EXPORT void negate_matrix(struct matrix *matrix) {
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++) matrix->cells[i][j] = -matrix->cells[i][j];
}

EXPORT struct transposed transpose(struct matrix matrix) {
    struct transposed transposed;
    for (int i = 0; i < 2; i++)
        for (int j = 0; j < 3; j++) transposed.cells[j][i] = matrix.cells[i][j];
    return transposed;
}

EXPORT int64_t sum_cells(int (*cells)[3], int n) { // int cells[n][3] as C passes it: one block, weighed by the place
    int64_t sum = 0;
    for (int i = 0; i < n; i++)
        for (int j = 0; j < 3; j++) sum += (int64_t)(i * 3 + j + 1) * cells[i][j];
    return sum;
}

// --- counted by a field ----------------------------------------------------------------------------------------

struct series {
    int n;
    double *values;
};

EXPORT double sum_series(const struct series *series) {
    double sum = 0;
    for (int i = 0; i < series->n; i++) sum += (i + 1) * series->values[i];
    return sum;
}

EXPORT double sum_series_by_value(struct series series) { return sum_series(&series); }

EXPORT struct series make_series(int n) { // 0.5, 1.5, ...
    const struct series series = {n, give((size_t) n * sizeof(double))};
    for (int i = 0; series.values && i < n; i++) series.values[i] = i + 0.5;
    return series;
}

EXPORT void fill_series(struct series *series, int n) { *series = make_series(n); }

EXPORT void scale_series(struct series *series, double by) {
    for (int i = 0; i < series->n; i++) series->values[i] *= by;
}

EXPORT void empty_series(struct series *series) { // frees what make_series gave
    take(series->values);
    *series = (struct series){0, NULL};
}

SIZE(struct, series)
FIELD(struct, series, int, n)
OFFSET(struct, series, values)

struct name_list { // the count after the pointer, and of another type
    const char *const *names;
    size_t count;
};

EXPORT char *join_names(const struct name_list *list, const char *separator) {
    return join(list->names, (int) list->count, separator);
}

EXPORT const struct name_list *all_names(void) {
    static const char *const names[] = {"ann", "bob", "eve"};
    static const struct name_list list = {names, 3};
    return &list;
}

// --- flexible array members ------------------------------------------------------------------------------------

struct packet {
    uint16_t kind;
    uint16_t size;
    uint8_t data[];
};

EXPORT uint32_t checksum(const struct packet *packet) {
    uint32_t sum = packet->kind;
    for (unsigned i = 0; i < packet->size; i++) sum += (i + 1) * packet->data[i];
    return sum;
}

EXPORT struct packet *make_packet(uint16_t kind, uint16_t size) {
    struct packet *packet = give(sizeof *packet + size);
    if (!packet) return NULL;
    packet->kind = kind;
    packet->size = size;
    for (unsigned i = 0; i < size; i++) packet->data[i] = (uint8_t) i;
    return packet;
}

EXPORT void free_packet(struct packet *packet) { take(packet); }

SIZE(struct, packet)
FIELD(struct, packet, uint16_t, kind)
FIELD(struct, packet, uint16_t, size)
OFFSET(struct, packet, data)

struct note { // the text begins in what would be padding
    int32_t id;
    uint8_t length;
    char text[];
};

EXPORT int64_t sum_note(const struct note *note) {
    int64_t sum = note->id;
    for (int i = 0; i < note->length; i++) sum += (i + 1) * (unsigned char) note->text[i];
    return sum;
}

SIZE(struct, note)
FIELD(struct, note, int32_t, id)
FIELD(struct, note, uint8_t, length)
OFFSET(struct, note, text)

struct samples { // padding before the elements
    uint8_t count;
    double values[];
};

EXPORT double sum_samples(const struct samples *samples) {
    double sum = 0;
    for (int i = 0; i < samples->count; i++) sum += (i + 1) * samples->values[i];
    return sum;
}

SIZE(struct, samples)
FIELD(struct, samples, uint8_t, count)
OFFSET(struct, samples, values)

// --- one object as several arguments ----------------------------------------------------------------------------

EXPORT intptr_t distance_between(const void *first, const void *second) {
    return (intptr_t) second - (intptr_t) first;
}

// If they overlap, each sum is seen by the next one.
EXPORT intptr_t add_bytes(uint8_t *to, const uint8_t *from, int count) {
    for (int i = 0; i < count; i++) to[i] = (uint8_t)(to[i] + from[i] + 1);
    return (intptr_t) from - (intptr_t) to;
}

EXPORT intptr_t add_both(int *first, int *second) {
    *first += 1;
    *second += 10;
    return (intptr_t) second - (intptr_t) first;
}

EXPORT intptr_t double_rows(int **rows, int count, int length, int *beside) { // the last one is doubled as well
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < length; j++) rows[i][j] *= 2;
    }
    for (int j = 0; beside && j < length; j++) beside[j] *= 2;
    return beside ? (intptr_t) beside - (intptr_t) rows[0] : 0;
}

EXPORT intptr_t double_rows_in_place(int (*rows)[3], int count, int *beside) {
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < 3; j++) rows[i][j] *= 2;
    }
    for (int j = 0; beside && j < 3; j++) beside[j] += 1;
    return beside ? (intptr_t) beside - (intptr_t) rows : 0;
}

EXPORT int first_text_becomes(char **first, char **second, char *text) {
    first[0] = text;
    return first == second && second[0] == text;
}

// values[1] is an element of both.
EXPORT void give_overlapping(void (*use)(int *, int *, int), int *values) { use(values, values + 1, 2); }

EXPORT int give_twice(void (*use)(int *, int *), int value) {
    int values[2] = {value, value};
    use(values, values);
    return values[0] + values[1];
}
