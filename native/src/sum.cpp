// SPDX-License-Identifier: Apache-2.0
// The functions of the ffi-rs README, in C++ as there: they need the C++ runtime and a C name.
#include "export.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

EXPORT int sum(int a, int b) { // wraps, as Kotlin's plus does; C leaves the overflow of int undefined
    return static_cast<int>(static_cast<unsigned>(a) + static_cast<unsigned>(b));
}

EXPORT double doubleSum(double a, double b) { return a + b; }

EXPORT char *concatenateStrings(const char *first, const char *second) {
    const std::string joined = std::string(first) + second;
    char *copy = static_cast<char *>(std::malloc(joined.size() + 1)); // malloc, so that free() is its counterpart
    return copy ? std::strcpy(copy, joined.c_str()) : nullptr;
}

EXPORT void noRet() {
    std::printf("hello world");
    std::fflush(stdout); // C buffers apart from the JVM: without this the text appears when the process ends
}

EXPORT bool return_opposite(bool input) { return !input; }
