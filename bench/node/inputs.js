// SPDX-License-Identifier: Apache-2.0
// What every call is given, as in Inputs.java, and what it has to give.

export const a = 1003;
export const b = 1004;
export const x = 1.5;
export const y = 2.5;
export const longs = [1001, 1002, 1003, 1004, 1005, 1006, 1007, 1008];
export const ascii = "sixteen letters!";
export const hundred = "a hundred characters".repeat(5);
export const unicode = "na\u00efve caf\u00e9 \u2013 \u65e5\u672c"; // 15 characters, 23 bytes
export const page = ascii.repeat(256); // 4 KiB
export const hello = "Hello, ";
export const world = "world!";
export const p = { x: 1.5, y: 2.5 };
export const q = { x: 4.5, y: 6.5 };
export const ints = Int32Array.from({ length: 1000 }, (_, i) => 1000 + i);
export const bytes = new TextEncoder().encode(hundred.repeat(11).slice(0, 1024));
export const mebibyte = Uint8Array.from({ length: 1 << 20 }, (_, i) => i);
export const times = 1000;
export const shuffled = Int32Array.from(ints);
for (let i = shuffled.length - 1, seed = 42; i > 0; i--) {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    const j = seed % (i + 1);
    [shuffled[i], shuffled[j]] = [shuffled[j], shuffled[i]];
}

function hash(of) { // FNV-1a, as hash.c has it
    let result = 0x811c9dc5;
    for (const byte of of) result = Math.imul(result ^ byte, 0x01000193);
    return result >>> 0;
}

/** By case: what one call gives. A case that is not here cannot be measured. */
export const expected = {
    noop: undefined,
    sum: a + b,
    fsum: x + y,
    sum8: longs.reduce((sum, each) => sum + each),
    ascii: 16,
    hundred: 100,
    unicode: 23,
    page: 4096,
    concat: hello + world,
    distance: 5,
    midpoint: { x: 3, y: 4.5 },
    ints: ints.reduce((sum, each) => sum + each),
    bytes: hash(bytes),
    mebibyte: hash(mebibyte),
    registered: a + b,
    lambda: a + b + a,
    times: (times * (times + 1)) / 2,
    sort: 1001,
    errno: a,
    print: "1003: 1.5",
    suspend: a + b,
    read: x,
    write: y,
};
