// SPDX-License-Identifier: Apache-2.0
// JNI as someone writes it who knows what each of its functions costs: natives are registered, ids are kept, text and
// structs come in parts. What C has no place for in its callback is in a thread-local.
#include "rivals.h"

#include <jni.h>

#define STACK_BYTES 8192

static JavaVM *vm;
static jmethodID call;
static jobject kept;

// --- numbers -------------------------------------------------------------------------------------------------------

static void JNICALL noop_jni(JNIEnv *env, jclass self) {
    (void) env, (void) self;
    noop();
}

static jint JNICALL sum_jni(JNIEnv *env, jclass self, jint a, jint b) {
    (void) env, (void) self;
    return sum(a, b);
}

static jdouble JNICALL fsum_jni(JNIEnv *env, jclass self, jdouble a, jdouble b) {
    (void) env, (void) self;
    return fsum(a, b);
}

static jlong JNICALL sum8_jni(
    JNIEnv *env, jclass self, jlong a, jlong b, jlong c, jlong d, jlong e, jlong f, jlong g, jlong h) {
    (void) env, (void) self;
    return sum8(a, b, c, d, e, f, g, h);
}

// --- text ----------------------------------------------------------------------------------------------------------

// Text comes as the bytes that Java makes of it, which is sooner done than by JNI's own UTF-8, nine times for 4 KiB.
// This copies it to the stack or, if it is long, to the heap.
static char *copy_of(JNIEnv *env, jbyteArray text, jint bytes, char *buffer) {
    char *copy = bytes < STACK_BYTES ? buffer : malloc((size_t) bytes + 1);
    if (!copy) return NULL;
    (*env)->GetByteArrayRegion(env, text, 0, bytes, (jbyte *) copy);
    copy[bytes] = '\0';
    return copy;
}

static void free_copy(char *copy, const char *buffer) {
    if (copy != buffer) free(copy);
}

static jlong JNICALL str_len_jni(JNIEnv *env, jclass self, jbyteArray text, jint bytes) {
    (void) self;
    char buffer[STACK_BYTES];
    char *copy = copy_of(env, text, bytes, buffer);
    if (!copy) return -1;
    const jlong length = (jlong) str_len(copy);
    free_copy(copy, buffer);
    return length;
}

static jstring JNICALL concat_jni(
    JNIEnv *env, jclass self, jbyteArray a, jint a_bytes, jbyteArray b, jint b_bytes) {
    (void) self;
    char a_buffer[STACK_BYTES], b_buffer[STACK_BYTES];
    char *a_copy = copy_of(env, a, a_bytes, a_buffer), *b_copy = copy_of(env, b, b_bytes, b_buffer);
    char *joined = a_copy && b_copy ? concat(a_copy, b_copy) : NULL;
    free_copy(a_copy, a_buffer);
    free_copy(b_copy, b_buffer);
    const jstring text = joined ? (*env)->NewStringUTF(env, joined) : NULL;
    free_str(joined);
    return text;
}

// The string of what is written is made in Java, which costs less than NewStringUTF.
static jint JNICALL print_jni(JNIEnv *env, jclass self, jbyteArray text, jint i, jdouble d) {
    (void) self;
    char buffer[64];
    const int length = snprintf(buffer, sizeof buffer, "%d: %.1f", (int) i, (double) d);
    (*env)->SetByteArrayRegion(env, text, 0, length, (const jbyte *) buffer);
    return length;
}

// --- structs -------------------------------------------------------------------------------------------------------

static jdouble JNICALL distance_jni(JNIEnv *env, jclass self, jdouble px, jdouble py, jdouble qx, jdouble qy) {
    (void) env, (void) self;
    return distance((Point){px, py}, (Point){qx, qy});
}

// The result goes where Java reads it by a direct buffer: an object made here would cost eight times the call.
static void JNICALL midpoint_jni(
    JNIEnv *env, jclass self, jdouble px, jdouble py, jdouble qx, jdouble qy, jlong middle) {
    (void) env, (void) self;
    *(Point *) (intptr_t) middle = midpoint((Point){px, py}, (Point){qx, qy});
}

static jobject JNICALL allocate_jni(JNIEnv *env, jclass self, jint bytes) {
    (void) self;
    void *memory = calloc(1, (size_t) bytes);
    return memory ? (*env)->NewDirectByteBuffer(env, memory, bytes) : NULL;
}

static jlong JNICALL address_jni(JNIEnv *env, jclass self, jobject buffer) {
    (void) self;
    return (jlong) (intptr_t) (*env)->GetDirectBufferAddress(env, buffer);
}

// --- arrays --------------------------------------------------------------------------------------------------------

static jlong JNICALL sum_ints_jni(JNIEnv *env, jclass self, jintArray values) {
    (void) self;
    const jsize count = (*env)->GetArrayLength(env, values);
    jint copy[STACK_BYTES / sizeof(jint)];
    if ((size_t) count <= sizeof copy / sizeof *copy) {
        (*env)->GetIntArrayRegion(env, values, 0, count, copy);
        return sum_ints(copy, (size_t) count);
    }
    jint *elements = (*env)->GetIntArrayElements(env, values, NULL);
    if (!elements) return 0;
    const jlong total = sum_ints(elements, (size_t) count);
    (*env)->ReleaseIntArrayElements(env, values, elements, JNI_ABORT);
    return total;
}

static jlong JNICALL critical_sum_ints_jni(JNIEnv *env, jclass self, jintArray values) {
    (void) self;
    const jsize count = (*env)->GetArrayLength(env, values);
    int *elements = (*env)->GetPrimitiveArrayCritical(env, values, NULL);
    if (!elements) return 0;
    const jlong total = sum_ints(elements, (size_t) count);
    (*env)->ReleasePrimitiveArrayCritical(env, values, elements, JNI_ABORT);
    return total;
}

static jint JNICALL hash_jni(JNIEnv *env, jclass self, jbyteArray bytes) {
    (void) self;
    const jsize count = (*env)->GetArrayLength(env, bytes);
    if (count <= STACK_BYTES) {
        jbyte copy[STACK_BYTES];
        (*env)->GetByteArrayRegion(env, bytes, 0, count, copy);
        return (jint) hash((const uint8_t *) copy, (size_t) count);
    }
    jbyte *elements = (*env)->GetByteArrayElements(env, bytes, NULL);
    if (!elements) return 0;
    const jint result = (jint) hash((const uint8_t *) elements, (size_t) count);
    (*env)->ReleaseByteArrayElements(env, bytes, elements, JNI_ABORT);
    return result;
}

static jint JNICALL critical_hash_jni(JNIEnv *env, jclass self, jbyteArray bytes) {
    (void) self;
    const jsize count = (*env)->GetArrayLength(env, bytes);
    const uint8_t *elements = (*env)->GetPrimitiveArrayCritical(env, bytes, NULL);
    if (!elements) return 0;
    const jint result = (jint) hash(elements, (size_t) count);
    (*env)->ReleasePrimitiveArrayCritical(env, bytes, (void *) elements, JNI_ABORT);
    return result;
}

// --- callbacks -----------------------------------------------------------------------------------------------------

typedef struct {
    JNIEnv *env;
    jobject function;
} Target;

static _Thread_local Target target;

static int trampoline(int a, int b) {
    return (*target.env)->CallIntMethodA(target.env, target.function, call, (jvalue[]){{.i = a}, {.i = b}});
}

// What C keeps, it may call on any thread that Java knows.
static int kept_trampoline(int a, int b) {
    JNIEnv *env;
    if ((*vm)->GetEnv(vm, (void **) &env, JNI_VERSION_10) != JNI_OK) return 0;
    return (*env)->CallIntMethodA(env, kept, call, (jvalue[]){{.i = a}, {.i = b}});
}

static int comparison(const void *a, const void *b) { return trampoline(*(const int *) a, *(const int *) b); }

static jint JNICALL apply_jni(JNIEnv *env, jclass self, jobject function, jint a, jint b) {
    (void) self;
    const Target outer = target;
    target = (Target){env, function};
    const jint result = apply(trampoline, a, b);
    target = outer;
    return result;
}

static void JNICALL keep_jni(JNIEnv *env, jclass self, jobject function) {
    (void) self;
    if (kept) (*env)->DeleteGlobalRef(env, kept);
    kept = (*env)->NewGlobalRef(env, function);
}

static jint JNICALL apply_kept_jni(JNIEnv *env, jclass self, jint a, jint b) {
    (void) env, (void) self;
    return apply(kept_trampoline, a, b);
}

static jlong JNICALL apply_times_jni(JNIEnv *env, jclass self, jobject function, jint times) {
    (void) self;
    const Target outer = target;
    target = (Target){env, function};
    const jlong total = apply_times(trampoline, times);
    target = outer;
    return total;
}

static void JNICALL sort_jni(JNIEnv *env, jclass self, jintArray values, jobject function) {
    (void) self;
    const jsize count = (*env)->GetArrayLength(env, values);
    jint *elements = (*env)->GetIntArrayElements(env, values, NULL);
    if (!elements) return;
    const Target outer = target;
    target = (Target){env, function};
    qsort(elements, (size_t) count, sizeof *elements, comparison);
    target = outer;
    (*env)->ReleaseIntArrayElements(env, values, elements, 0);
}

static jint JNICALL fail_jni(JNIEnv *env, jclass self, jint code) {
    (void) env, (void) self;
    return errno_of_failure(code);
}

// -------------------------------------------------------------------------------------------------------------------

#define NATIVE(name, type, function) {(char *) name, (char *) type, (void *) function}
#define FUNCTION "Ljava/util/function/IntBinaryOperator;"

static const JNINativeMethod natives[] = {
    NATIVE("noop", "()V", noop_jni),
    NATIVE("sum", "(II)I", sum_jni),
    NATIVE("fsum", "(DD)D", fsum_jni),
    NATIVE("sum8", "(JJJJJJJJ)J", sum8_jni),
    NATIVE("strLen", "([BI)J", str_len_jni),
    NATIVE("concat", "([BI[BI)Ljava/lang/String;", concat_jni),
    NATIVE("print", "([BID)I", print_jni),
    NATIVE("distance", "(DDDD)D", distance_jni),
    NATIVE("midpoint", "(DDDDJ)V", midpoint_jni),
    NATIVE("allocate", "(I)Ljava/nio/ByteBuffer;", allocate_jni),
    NATIVE("address", "(Ljava/nio/ByteBuffer;)J", address_jni),
    NATIVE("sumInts", "([I)J", sum_ints_jni),
    NATIVE("criticalSumInts", "([I)J", critical_sum_ints_jni),
    NATIVE("hash", "([B)I", hash_jni),
    NATIVE("criticalHash", "([B)I", critical_hash_jni),
    NATIVE("apply", "(" FUNCTION "II)I", apply_jni),
    NATIVE("keep", "(" FUNCTION ")V", keep_jni),
    NATIVE("applyKept", "(II)I", apply_kept_jni),
    NATIVE("applyTimes", "(" FUNCTION "I)J", apply_times_jni),
    NATIVE("sort", "([I" FUNCTION ")V", sort_jni),
    NATIVE("fail", "(I)I", fail_jni),
};

JNIEXPORT jint JNICALL JNI_OnLoad(JavaVM *loading, void *reserved) {
    (void) reserved;
    vm = loading;
    JNIEnv *env;
    if ((*vm)->GetEnv(vm, (void **) &env, JNI_VERSION_10) != JNI_OK) return JNI_ERR;
    const jclass function = (*env)->FindClass(env, "java/util/function/IntBinaryOperator");
    if (!function) return JNI_ERR;
    call = (*env)->GetMethodID(env, function, "applyAsInt", "(II)I");
    const jclass self = (*env)->FindClass(env, "bench/rivals/Jni");
    if (!call || !self) return JNI_ERR;
    if ((*env)->RegisterNatives(env, self, natives, sizeof natives / sizeof *natives) != JNI_OK) return JNI_ERR;
    return JNI_VERSION_10;
}
