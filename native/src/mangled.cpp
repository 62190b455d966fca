// SPDX-License-Identifier: Apache-2.0
// Functions under the names that C++ gives them, and exceptions that nobody catches before they reach C.
#include "export.h"

#include <stdexcept>

VISIBLE int cpp_add(int a, int b) { return a + b; }

VISIBLE double cpp_add(double a, double b) { return a + b; }

namespace geometry {
    VISIBLE int count_of_shapes = 2;

    class VISIBLE Square {
    public:
        double area(double side) const;
    };

    double Square::area(double side) const { return side * side; }
}

EXPORT int throw_out(int value) {
    if (value < 0) {
        throw std::runtime_error("a negative value");
    }
    return value;
}

// What a wrapper has to look like: nothing leaves it but a value.
EXPORT int throw_in(int value) noexcept {
    try {
        return throw_out(value);
    } catch (const std::exception &) {
        return -1;
    }
}
