// SPDX-License-Identifier: Apache-2.0
// ffi-rs: by load, which is twice as fast as define.
// It has no variadic functions: what it is given goes as to any other, which is right on x86-64 only by chance.
// There is no sort: each of its ten thousand comparisons would change threads twice.
import { createRequire } from "node:module";
import ffi from "ffi-rs";
import * as inputs from "./inputs.js";
import { library, measure } from "./loops.js";

const { DataType, PointerType, load } = ffi;
ffi.open({ library: "sum", path: library });
ffi.open({ library: "c", path: "" });

const { I32, I64, U64, U32, Double, String, Void, External, U8Array, I32Array } = DataType;
const version = createRequire(import.meta.url)("ffi-rs/package.json").version;
const point = { x: Double, y: Double, ffiTypeTag: ffi.FFITypeTag.StackStruct };
const thousand = [...inputs.ints];
const kibibyte = Buffer.from(inputs.bytes);
const million = Buffer.from(inputs.mebibyte);

const call = (funcName, retType, paramsType, paramsValue) =>
    load({ library: "sum", funcName, retType, paramsType, paramsValue });
const later = (funcName, retType, paramsType, paramsValue) =>
    load({ library: "sum", funcName, retType, paramsType, paramsValue, runInNewThread: true });

const c = {
    noop: () => call("noop", Void, [], []),
    sum: (a, b) => call("sum", I32, [I32, I32], [a, b]),
    fsum: (a, b) => call("fsum", Double, [Double, Double], [a, b]),
    sum8: (of) => call("sum8", I64, [I64, I64, I64, I64, I64, I64, I64, I64], of),
    strLen: (text) => call("str_len", U64, [String], [text]),
    // What C allocated is lost: ffi-rs frees no text of C's without ending the process.
    concat: (a, b) => call("concat", String, [String, String], [a, b]),
    distance: (p, q) => call("distance", Double, [point, point], [p, q]),
    midpoint: (p, q) => call("midpoint", point, [point, point], [p, q]),
    ints: () => call("sum_ints", I64, [ffi.arrayConstructor({ type: I32Array, length: 1000 }), U64], [thousand, 1000]),
    hash: (bytes) => call("hash", U32, [U8Array, U64], [bytes, bytes.length]),
    awaitSum: (a, b) => later("sum", I32, [I32, I32], [a, b]),
};
function errno(code) {
    const result = load({
        library: "sum", funcName: "fail_with", retType: I32, paramsType: [I32], paramsValue: [code], errno: true,
    });
    return result.value === -1 ? result.errnoCode : 0;
}

// C gets a callback's result only in a thread that is not JavaScript's.
const operation = ffi.funcConstructor({ paramsType: [I32, I32], retType: I32 });
const create = (f) => ffi.createPointer({ paramsType: [operation], paramsValue: [f] });
const kept = ffi.unwrapPointer(create((a, b) => a + b))[0];
const apply = (f, a, b) => later("apply", I32, [External, I32, I32], [f, a, b]);
const applyTimes = (f, times) => later("apply_times", I64, [External, I32], [f, times]);
async function lambda(a, b) {
    const made = create((i, j) => i + j + a);
    const result = await apply(ffi.unwrapPointer(made)[0], a, b);
    ffi.freePointer({ paramsType: [operation], paramsValue: made, pointerType: PointerType.RsPointer });
    return result;
}

const memory = load({ library: "c", funcName: "malloc", retType: External, paramsType: [U64], paramsValue: [24] });
const buffer = ffi.createExternalBuffer(memory, 24);
const fields = new Float64Array(buffer.buffer, buffer.byteOffset, 3);
fields[0] = inputs.x;
fields[1] = inputs.x;

const names = { ...inputs, c, errno, kept, apply, applyTimes, lambda, kibibyte, million, fields };
await measure("ffi-rs", version, names, {
    noop: "c.noop()",
    sum: "c.sum(a, b)",
    fsum: "c.fsum(x, y)",
    sum8: "c.sum8(longs)",
    ascii: "c.strLen(ascii)",
    hundred: "c.strLen(hundred)",
    unicode: "c.strLen(unicode)",
    page: "c.strLen(page)",
    concat: "c.concat(hello, world)",
    distance: "c.distance(p, q)",
    midpoint: "c.midpoint(p, q)",
    ints: "c.ints()",
    bytes: "c.hash(kibibyte)",
    mebibyte: "c.hash(million)",
    registered: "await apply(kept, a, b)",
    lambda: "await lambda(a, b)",
    times: "await applyTimes(kept, times)",
    errno: "errno(a)",
    suspend: "await c.awaitSum(a, b)",
    read: "fields[i & 1]",
    write: "fields[2] = y",
});
process.exit(0); // a live callback would keep it
