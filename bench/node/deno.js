// SPDX-License-Identifier: Apache-2.0
// Deno's FFI: text encoded into a kept buffer, structs as the bytes of a kept array.
// errno is read where the C library keeps it for this thread: Deno has no other way, and may change it before that.
// It has no variadic functions: declared as if it were none, snprintf works on x86-64 only by chance.
import * as inputs from "./inputs.js";
import { library, measure } from "./loops.js";

const point = { struct: ["f64", "f64"] };
const { symbols: c } = Deno.dlopen(library, {
    noop: { parameters: [], result: "void" },
    sum: { parameters: ["i32", "i32"], result: "i32" },
    awaitSum: { name: "sum", parameters: ["i32", "i32"], result: "i32", nonblocking: true },
    fsum: { parameters: ["f64", "f64"], result: "f64" },
    sum8: { parameters: Array(8).fill("i64"), result: "i64" },
    str_len: { parameters: ["buffer"], result: "usize" },
    concat: { parameters: ["buffer", "buffer"], result: "pointer" },
    free_str: { parameters: ["pointer"], result: "void" },
    distance: { parameters: [point, point], result: "f64" },
    midpoint: { parameters: [point, point], result: point },
    sum_ints: { parameters: ["buffer", "usize"], result: "i64" },
    fail_with: { parameters: ["i32"], result: "i32" },
    hash: { parameters: ["buffer", "usize"], result: "u32" },
    apply: { parameters: ["function", "i32", "i32"], result: "i32" },
    apply_times: { parameters: ["function", "i32"], result: "i64" },
});
const isMac = Deno.build.os === "darwin";
const { symbols: libc } = Deno.dlopen(isMac ? "libSystem.dylib" : "libc.so.6", {
    errno: { name: isMac ? "__error" : "__errno_location", parameters: [], result: "pointer" },
    qsort: { parameters: ["buffer", "usize", "usize", "function"], result: "void" },
    malloc: { parameters: ["usize"], result: "pointer" },
});

const encoder = new TextEncoder();
const first = new Uint8Array(16 * 1024);
const second = new Uint8Array(16 * 1024);
function encoded(text, buffer) {
    buffer[encoder.encodeInto(text, buffer).written] = 0;
    return buffer;
}
function strLen(text) {
    return Number(c.str_len(encoded(text, first)));
}
function concat(a, b) {
    const joined = c.concat(encoded(a, first), encoded(b, second));
    const text = Deno.UnsafePointerView.getCString(joined);
    c.free_str(joined);
    return text;
}

const one = new Float64Array(2);
const other = new Float64Array(2);
const bytesOfOne = new Uint8Array(one.buffer);
const bytesOfOther = new Uint8Array(other.buffer);
function put(p, q) {
    one[0] = p.x;
    one[1] = p.y;
    other[0] = q.x;
    other[1] = q.y;
}
function distance(p, q) {
    put(p, q);
    return c.distance(bytesOfOne, bytesOfOther);
}
function midpoint(p, q) {
    put(p, q);
    const view = new Float64Array(c.midpoint(bytesOfOne, bytesOfOther).buffer);
    return { x: view[0], y: view[1] };
}

const operation = { parameters: ["i32", "i32"], result: "i32" };
const kept = new Deno.UnsafeCallback(operation, (a, b) => a + b).pointer;
function lambda(a, b) {
    const callback = new Deno.UnsafeCallback(operation, (i, j) => i + j + a);
    const result = c.apply(callback.pointer, a, b);
    callback.close();
    return result;
}

const values = new Int32Array(inputs.shuffled);
const compare = new Deno.UnsafeCallback({ parameters: ["pointer", "pointer"], result: "i32" }, (a, b) => {
    const u = new Deno.UnsafePointerView(a).getInt32();
    const v = new Deno.UnsafePointerView(b).getInt32();
    return u < v ? -1 : u > v ? 1 : 0;
}).pointer;
function sort() {
    values.set(inputs.shuffled);
    libc.qsort(values, BigInt(values.length), 4n, compare);
    return values[1];
}

const lastErrno = new Int32Array(new Deno.UnsafePointerView(libc.errno()).getArrayBuffer(4));
function errno(code) {
    return c.fail_with(code) === -1 ? lastErrno[0] : 0;
}

const fields = new Float64Array(new Deno.UnsafePointerView(libc.malloc(24n)).getArrayBuffer(24));
fields[0] = inputs.x;
fields[1] = inputs.x;
const big = inputs.longs.map(BigInt);
const thousand = BigInt(inputs.ints.length);
const kibibyte = BigInt(inputs.bytes.length);
const million = BigInt(inputs.mebibyte.length);

const names = {
    ...inputs, c, strLen, concat, distance, midpoint, kept, lambda, sort, errno, fields, big, thousand, kibibyte,
    million,
};
await measure("deno", Deno.version.deno, names, {
    noop: "c.noop()",
    sum: "c.sum(a, b)",
    fsum: "c.fsum(x, y)",
    sum8: "Number(c.sum8(big[0], big[1], big[2], big[3], big[4], big[5], big[6], big[7]))",
    ascii: "strLen(ascii)",
    hundred: "strLen(hundred)",
    unicode: "strLen(unicode)",
    page: "strLen(page)",
    concat: "concat(hello, world)",
    distance: "distance(p, q)",
    midpoint: "midpoint(p, q)",
    ints: "Number(c.sum_ints(ints, thousand))",
    bytes: "c.hash(bytes, kibibyte)",
    mebibyte: "c.hash(mebibyte, million)",
    registered: "c.apply(kept, a, b)",
    lambda: "lambda(a, b)",
    times: "Number(c.apply_times(kept, times))",
    sort: "sort()",
    errno: "errno(a)",
    suspend: "await c.awaitSum(a, b)",
    read: "fields[i & 1]",
    write: "fields[2] = y",
});
Deno.exit(0);
