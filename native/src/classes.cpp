// SPDX-License-Identifier: Apache-2.0
// A C++ class behind a pointer, as in the ffi-rs README; its own delete must free it, free() would leak the name.
#include "export.h"

#include <atomic>
#include <cstdio>
#include <string>
#include <utility>

namespace {
    std::atomic<int> alive{0};
}

class MyClass {
public:
    MyClass(std::string name, int age) : name(std::move(name)), age(age) { alive++; }

    MyClass(const MyClass &) = delete;

    ~MyClass() { alive--; }

    void print() const {
        std::printf("Name: %s, Age: %d\n", name.c_str(), age);
        std::fflush(stdout);
    }

    const std::string name;
    const int age;
};

EXPORT MyClass *createMyClassFromC(const char *name, int age) { return new MyClass(name, age); }

EXPORT void printMyClass(const MyClass *instance) { instance->print(); }

EXPORT int getMyClassAge(const MyClass *instance) { return instance->age; }

EXPORT const char *getMyClassName(const MyClass *instance) { return instance->name.c_str(); }

EXPORT void freeClass(MyClass *instance) { delete instance; }

EXPORT int classesAlive() { return alive; }
