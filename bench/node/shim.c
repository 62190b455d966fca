// SPDX-License-Identifier: Apache-2.0
// What bun:ffi cannot call by itself, structs by value and variadics, as its documentation has it: through C.
int snprintf(char *, unsigned long, const char *, ...);

struct point {
    double x, y;
};

static double (*distance)(struct point, struct point);
static struct point (*midpoint)(struct point, struct point);

void set_library(void *of_distance, void *of_midpoint) {
    distance = of_distance;
    midpoint = of_midpoint;
}

double distance_at(struct point *two) { return distance(two[0], two[1]); }

void midpoint_at(struct point *two) { two[0] = midpoint(two[0], two[1]); }

int print_int_double(char *buffer, unsigned long size, const char *format, int i, double d) {
    return snprintf(buffer, size, format, i, d);
}
