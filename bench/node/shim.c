// SPDX-License-Identifier: Apache-2.0
// What bun:ffi cannot do by itself, structs by value, variadics and errno, as its documentation has it: through C.
int snprintf(char *, unsigned long, const char *, ...);

#ifdef __APPLE__ // no header: the compiler that Bun brings may find none
int *__error(void);
#define errno (*__error())
#else
int *__errno_location(void);
#define errno (*__errno_location())
#endif

struct point {
    double x, y;
};

static double (*distance)(struct point, struct point);
static struct point (*midpoint)(struct point, struct point);
static int (*fail_with)(int);

void set_library(void *of_distance, void *of_midpoint, void *of_fail_with) {
    distance = of_distance;
    midpoint = of_midpoint;
    fail_with = of_fail_with;
}

double distance_at(struct point *two) { return distance(two[0], two[1]); }

void midpoint_at(struct point *two) { two[0] = midpoint(two[0], two[1]); }

int print_int_double(char *buffer, unsigned long size, const char *format, int i, double d) {
    return snprintf(buffer, size, format, i, d);
}

int errno_of_failure(int code) { return fail_with(code) == -1 ? errno : 0; }
