// SPDX-License-Identifier: Apache-2.0
// The structs of the tests of ffi-rs, field by field: its own suite runs on them.
#include "blocks.h"
#include "layout.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct ffirs_inner {
    int age;
};

struct ffirs_person {
    int age;
    double *doubleArray;
    struct ffirs_person *parent;
    double doubleProps;
    const char *name;
    char **stringArray;
    int *i32Array;
    uint8_t staticBytes[16];
    bool boolTrue;
    bool boolFalse;
    int64_t longVal;
    struct ffirs_inner stackStruct;
    char byte;
    char *byteArray;
};

SIZE(struct, ffirs_person)
FIELD(struct, ffirs_person, int, age)
OFFSET(struct, ffirs_person, doubleArray)
OFFSET(struct, ffirs_person, parent)
FIELD(struct, ffirs_person, double, doubleProps)
FIELD(struct, ffirs_person, const char *, name)
OFFSET(struct, ffirs_person, stringArray)
OFFSET(struct, ffirs_person, i32Array)
OFFSET(struct, ffirs_person, staticBytes)
FIELD(struct, ffirs_person, bool, boolTrue)
FIELD(struct, ffirs_person, bool, boolFalse)
FIELD(struct, ffirs_person, int64_t, longVal)
OFFSET(struct, ffirs_person, stackStruct)
FIELD(struct, ffirs_person, char, byte)
OFFSET(struct, ffirs_person, byteArray)

// Memory that ran out would end the test anyway, so nothing here looks for it.
static void *copy_of(const void *bytes, size_t count) { return memcpy(give(count), bytes, count); }

static char *text_of(const char *text) { return copy_of(text, strlen(text) + 1); }

static struct ffirs_person *new_person(
    int age, const char *name, double props, uint8_t bytes, int64_t number, char byte) {
    struct ffirs_person *person = give(sizeof *person);
    memset(person, 0, sizeof *person);
    person->age = age;
    person->doubleArray = copy_of((const double[]){1.1, 2.2, 3.3}, 3 * sizeof(double));
    person->doubleProps = props;
    person->name = text_of(name);
    memset(person->staticBytes, bytes, sizeof person->staticBytes);
    person->boolTrue = true;
    person->boolFalse = false;
    person->longVal = number;
    person->byte = byte;
    return person;
}

EXPORT struct ffirs_person *createPerson(void) {
    struct ffirs_person *person = new_person(23, "tom", 1.1, 99, INT64_C(4294967296), 'A');
    struct ffirs_person *parent = new_person(43, "tom father", 3.3, 88, INT64_C(5294967296), 'B');
    person->parent = parent;
    // NULL ends the texts: freePerson must know how many there are, and ffi-rs stores no count.
    person->stringArray = copy_of((char *[]){text_of("tom"), NULL}, 2 * sizeof(char *));
    parent->stringArray = copy_of((char *[]){text_of("tom"), text_of("father"), NULL}, 3 * sizeof(char *));
    person->i32Array = copy_of((const int[]){1, 2, 3, 4}, 4 * sizeof(int));
    parent->i32Array = copy_of((const int[]){5, 6, 7}, 3 * sizeof(int));
    person->stackStruct.age = 16;
    parent->stackStruct.age = 22;
    person->byteArray = copy_of((const char[]){101, 102}, 2);
    parent->byteArray = copy_of((const char[]){103, 104}, 2);
    return person;
}

EXPORT struct ffirs_person *getStruct(struct ffirs_person *person) { return person; }

// For what createPerson made, and nothing else.
EXPORT void freePerson(struct ffirs_person *person) {
    if (!person) return;
    freePerson(person->parent);
    for (char **text = person->stringArray; *text; text++) take(*text);
    take(person->stringArray);
    take((void *) person->name);
    take(person->doubleArray);
    take(person->i32Array);
    take(person->byteArray);
    take(person);
}

typedef struct MINUTIAE {
    short nNumber;
    struct minutia {
        short x, y, dir;
        unsigned char kind;
    } item[3];
} MINUTIAE;

EXPORT size_t sizeof_MINUTIAE(void) { return sizeof(MINUTIAE); }

EXPORT MINUTIAE *printAndReturnMinutiae(MINUTIAE *minutiae) {
    printf("%d:", minutiae->nNumber);
    for (int i = 0; i < 3; i++) {
        const struct minutia *item = &minutiae->item[i];
        printf(" (%d, %d, %d, %d)", item->x, item->y, item->dir, item->kind);
    }
    printf("\n");
    fflush(stdout);
    return minutiae;
}

struct four {
    int a, b, c, d;
};

// 0 when 1, 2, 3, 4 arrived, or else the place of the first that did not.
EXPORT int testFunc(struct four four) {
    return four.a != 1 ? 1 : four.b != 2 ? 2 : four.c != 3 ? 3 : four.d != 4 ? 4 : 0;
}
