// SPDX-License-Identifier: Apache-2.0
// What JNI needs for startup.FirstJni.
#include "rivals.h"

#include <jni.h>

JNIEXPORT jint JNICALL Java_startup_FirstJni_sum2(JNIEnv *env, jclass type, jint a, jint b) {
    (void) env, (void) type;
    return sum2(a, b);
}
