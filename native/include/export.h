// SPDX-License-Identifier: Apache-2.0
#ifndef EXPORT_H
#define EXPORT_H

// libsum is built with hidden visibility: Linux and macOS export what is marked and nothing else, as Windows does.
#if defined(_WIN32)
#define VISIBLE __declspec(dllexport)
#else
#define VISIBLE __attribute__((visibility("default")))
#endif

// EXPORT names a function as C does, from C++ too; VISIBLE alone leaves C++ its mangled name.
#ifdef __cplusplus
#define EXPORT extern "C" VISIBLE
#else
#define EXPORT VISIBLE
#endif

#endif
