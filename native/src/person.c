// SPDX-License-Identifier: Apache-2.0
// A struct that both sides read and write in place.
#include "layout.h"

#include <string.h>

struct Person {
    int age;
    const char *name;
    double scores[4];
    struct Person *parent;
    unsigned level : 3;
};

static struct Person people[] = {
    {42, "bob", {1, 2, 3, 4}, &people[1], 5},
    {70, "alice", {0.5, 1.5, 2.5, 3.5}, NULL, 7},
};

EXPORT struct Person *find_person(const char *name) {
    for (size_t i = 0; i < sizeof people / sizeof *people; i++)
        if (strcmp(people[i].name, name) == 0) return &people[i];
    return NULL;
}

EXPORT void birthday(struct Person *person) { person->age++; }

// The table is one for all tests: this makes bob 42 and alice 70 again.
EXPORT void reset_people(void) {
    people[0].age = 42;
    people[1].age = 70;
}

EXPORT double sum_scores(const struct Person *person) {
    double sum = 0;
    for (int i = 0; i < 4; i++) sum += (i + 1) * person->scores[i];
    return sum;
}

EXPORT int generations(const struct Person *person) {
    int count = 0;
    for (; person; person = person->parent) count++;
    return count;
}

EXPORT struct Person older(struct Person person, int years) { // by value, text and pointers inside
    person.age += years;
    return person;
}

SIZE(struct, Person)
FIELD(struct, Person, int, age)
FIELD(struct, Person, const char *, name)
OFFSET(struct, Person, scores)
FIELD(struct, Person, struct Person *, parent)
BITS(struct, Person, unsigned, level)
