// SPDX-License-Identifier: Apache-2.0
// koffi: functions declared by their prototypes.
import { promisify } from "node:util";
import koffi from "koffi";
import * as inputs from "./inputs.js";
import { library, measure } from "./loops.js";

koffi.struct("Point", { x: "double", y: "double" });
koffi.proto("int Operation(int a, int b)");
koffi.proto("int Compare(const void *a, const void *b)");
const sum = koffi.load(library);
const libc = koffi.load(process.platform === "darwin" ? "libSystem.dylib" : "libc.so.6");
koffi.disposable("Owned", "str", sum.func("void free_str(void *text)"));
const c = {
    noop: sum.func("void noop()"),
    sum: sum.func("int sum(int a, int b)"),
    fsum: sum.func("double fsum(double a, double b)"),
    sum8: sum.func("sum8", "int64_t", Array(8).fill("int64_t")),
    strLen: sum.func("size_t str_len(const char *text)"),
    concat: sum.func("Owned concat(const char *a, const char *b)"),
    distance: sum.func("double distance(Point a, Point b)"),
    midpoint: sum.func("Point midpoint(Point a, Point b)"),
    sumInts: sum.func("int64_t sum_ints(const int *values, size_t count)"),
    hash: sum.func("uint32_t hash(const uint8_t *bytes, size_t count)"),
    apply: sum.func("int apply(Operation *f, int a, int b)"),
    applyTimes: sum.func("int64_t apply_times(Operation *f, int times)"),
    failWith: sum.func("int fail_with(int code)"),
    qsort: libc.func("void qsort(_Inout_ int *values, size_t count, size_t size, Compare *compare)"),
    snprintf: libc.func("int snprintf(_Out_ uint8_t *buffer, size_t size, const char *format, ...)"),
};
const awaitSum = promisify(c.sum.async);

const kept = koffi.register((a, b) => a + b, "Operation *");
function lambda(a, b) {
    return c.apply((i, j) => i + j + a, a, b);
}

const values = new Int32Array(inputs.shuffled);
const compare = koffi.register((a, b) => {
    const u = koffi.decode.int(a);
    const v = koffi.decode.int(b);
    return u < v ? -1 : u > v ? 1 : 0;
}, "Compare *");
function sort() {
    values.set(inputs.shuffled);
    c.qsort(values, values.length, 4, compare);
    return values[1];
}

const printed = Buffer.alloc(64);
function print(i, d) {
    const length = c.snprintf(printed, 64, "%d: %.1f", "int", i, "double", d);
    return printed.latin1Slice(0, length);
}

function errno(code) {
    return c.failWith(code) === -1 ? koffi.errno() : 0;
}

const fields = new Float64Array(koffi.view(koffi.alloc("double", 3), 24));
fields[0] = inputs.x;
fields[1] = inputs.x;

const names = { ...inputs, c, awaitSum, kept, lambda, sort, print, errno, fields };
await measure("koffi", koffi.version, names, {
    noop: "c.noop()",
    sum: "c.sum(a, b)",
    fsum: "c.fsum(x, y)",
    sum8: "c.sum8(longs[0], longs[1], longs[2], longs[3], longs[4], longs[5], longs[6], longs[7])",
    ascii: "c.strLen(ascii)",
    hundred: "c.strLen(hundred)",
    unicode: "c.strLen(unicode)",
    page: "c.strLen(page)",
    concat: "c.concat(hello, world)",
    distance: "c.distance(p, q)",
    midpoint: "c.midpoint(p, q)",
    ints: "c.sumInts(ints, ints.length)",
    bytes: "c.hash(bytes, bytes.length)",
    mebibyte: "c.hash(mebibyte, mebibyte.length)",
    registered: "c.apply(kept, a, b)",
    lambda: "lambda(a, b)",
    times: "c.applyTimes(kept, times)",
    sort: "sort()",
    errno: "errno(a)",
    print: "print(a, x)",
    suspend: "await awaitSum(a, b)",
    read: "fields[i & 1]",
    write: "fields[2] = y",
});
process.exit(0);
