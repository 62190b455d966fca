// SPDX-License-Identifier: Apache-2.0
// bun:ffi: text as it is, numbers where they fit; structs by value, variadics and errno by the C compiler it brings.
// It has no call that leaves its thread free: https://github.com/oven-sh/bun/issues/5490.
import { cc, CString, dlopen, JSCallback, read, toArrayBuffer } from "bun:ffi";
import * as inputs from "./inputs.js";
import { library, measure } from "./loops.js";

const { symbols: c } = dlopen(library, {
    noop: {},
    sum: { args: ["i32", "i32"], returns: "i32" },
    fsum: { args: ["f64", "f64"], returns: "f64" },
    sum8: { args: Array(8).fill("i64_fast"), returns: "i64_fast" },
    str_len: { args: ["cstring"], returns: "u64_fast" },
    concat: { args: ["cstring", "cstring"], returns: "ptr" },
    free_str: { args: ["ptr"] },
    sum_ints: { args: ["buffer", "u64_fast"], returns: "i64_fast" },
    hash: { args: ["buffer", "u64_fast"], returns: "u32" },
    apply: { args: ["function", "i32", "i32"], returns: "i32" },
    apply_times: { args: ["function", "i32"], returns: "i64_fast" },
});
const { symbols: libc } = dlopen(process.platform === "darwin" ? "libSystem.dylib" : "libc.so.6", {
    qsort: { args: ["buffer", "u64_fast", "u64_fast", "function"] },
    malloc: { args: ["u64_fast"], returns: "ptr" },
});
const { symbols: shim } = cc({
    source: new URL("shim.c", import.meta.url).pathname,
    library: [],
    symbols: {
        set_library: { args: ["ptr", "ptr", "ptr"] },
        distance_at: { args: ["buffer"], returns: "f64" },
        midpoint_at: { args: ["buffer"] },
        errno_of_failure: { args: ["i32"], returns: "i32" },
        print_int_double: { args: ["buffer", "u64_fast", "buffer", "i32", "f64"], returns: "i32" },
    },
});
const { symbols: addresses } = dlopen(library, { distance: {}, midpoint: {}, fail_with: {} });
shim.set_library(addresses.distance.ptr, addresses.midpoint.ptr, addresses.fail_with.ptr);

const points = new Float64Array(4);
function distance(p, q) {
    points[0] = p.x;
    points[1] = p.y;
    points[2] = q.x;
    points[3] = q.y;
    return shim.distance_at(points);
}
function midpoint(p, q) {
    points[0] = p.x;
    points[1] = p.y;
    points[2] = q.x;
    points[3] = q.y;
    shim.midpoint_at(points);
    return { x: points[0], y: points[1] };
}

function concat(a, b) {
    const joined = c.concat(a, b);
    const text = new CString(joined).toString();
    c.free_str(joined);
    return text;
}

const operation = { args: ["i32", "i32"], returns: "i32" };
const kept = new JSCallback((a, b) => a + b, operation);
function lambda(a, b) {
    const callback = new JSCallback((i, j) => i + j + a, operation);
    const result = c.apply(callback, a, b);
    callback.close();
    return result;
}

const values = new Int32Array(inputs.shuffled);
const compare = new JSCallback((a, b) => {
    const u = read.i32(a, 0);
    const v = read.i32(b, 0);
    return u < v ? -1 : u > v ? 1 : 0;
}, { args: ["ptr", "ptr"], returns: "i32" });
function sort() {
    values.set(inputs.shuffled);
    libc.qsort(values, values.length, 4, compare);
    return values[1];
}

const printed = new Uint8Array(64);
const format = new TextEncoder().encode("%d: %.1f\0"); // a function of cc() takes no text
const decoder = new TextDecoder();
function print(i, d) {
    const length = shim.print_int_double(printed, 64, format, i, d);
    return decoder.decode(printed.subarray(0, length));
}

const fields = new Float64Array(toArrayBuffer(libc.malloc(24), 0, 24));
fields[0] = inputs.x;
fields[1] = inputs.x;

const names = { ...inputs, c, shim, distance, midpoint, concat, kept, lambda, sort, print, fields };
await measure("bun", Bun.version, names, {
    noop: "c.noop()",
    sum: "c.sum(a, b)",
    fsum: "c.fsum(x, y)",
    sum8: "c.sum8(longs[0], longs[1], longs[2], longs[3], longs[4], longs[5], longs[6], longs[7])",
    ascii: "c.str_len(ascii)",
    hundred: "c.str_len(hundred)",
    unicode: "c.str_len(unicode)",
    page: "c.str_len(page)",
    concat: "concat(hello, world)",
    distance: "distance(p, q)",
    midpoint: "midpoint(p, q)",
    ints: "c.sum_ints(ints, ints.length)",
    bytes: "c.hash(bytes, bytes.length)",
    mebibyte: "c.hash(mebibyte, mebibyte.length)",
    registered: "c.apply(kept, a, b)",
    lambda: "lambda(a, b)",
    times: "c.apply_times(kept, times)",
    sort: "sort()",
    errno: "shim.errno_of_failure(a)",
    print: "print(a, x)",
    read: "fields[i & 1]",
    write: "fields[2] = y",
});
process.exit(0); // live callbacks would keep it
