// SPDX-License-Identifier: Apache-2.0
// Checks each case, times it in a loop of its own, and prints a line of JSON for it.
import { expected } from "./inputs.js";

const arguments_ = globalThis.Deno ? globalThis.Deno.args : process.argv.slice(2);
export const library = arguments_[0];
const rounds = Number(arguments_[1]);
const milliseconds = Number(arguments_[2]);

/**
 * Measures cases, each a line of JavaScript, and what that names.
 *
 * A loop is compiled for each, because an engine inlines no call of a function that one loop is given one after the
 * other. What awaits something is awaited one call after the other.
 */
export async function measure(runtime, version, names, cases) {
    for (const [name, line] of Object.entries(cases)) {
        const loop = loopOf(line, names);
        const value = await loop(1);
        if (JSON.stringify(value) !== JSON.stringify(expected[name]) || !(name in expected)) {
            throw new Error(`${runtime}, ${name}: ${JSON.stringify(value)}, and not ${JSON.stringify(expected[name])}`);
        }
        const times = await timed(loop);
        console.log(JSON.stringify({ case: name, runtime, version, ...times }));
    }
}

function loopOf(line, names) {
    const kind = line.includes("await ") ? "async" : "";
    const body = `return ${kind} function(n) {
        let last;
        for (let i = 0; i < n; i++) last = ${line};
        return last;
    }`;
    return new Function(...Object.keys(names), body)(...Object.values(names));
}

async function timed(loop) {
    let n = 1;
    for (let spent = 0; spent < milliseconds && rounds > 1; ) { // as many calls as one round takes; it warms up too
        const start = performance.now();
        await loop(n);
        spent = performance.now() - start;
        if (spent < milliseconds) n = spent < milliseconds / 8 ? n * 4 : Math.ceil((n * milliseconds * 1.1) / spent);
    }
    const times = [];
    for (let round = -Math.ceil(rounds / 3); round < rounds; round++) {
        const start = performance.now();
        await loop(n);
        if (round >= 0) times.push(((performance.now() - start) * 1e6) / n);
    }
    times.sort((u, v) => u - v);
    return { ns: rounded(times[times.length >> 1]), min: rounded(times[0]) };
}

function rounded(time) {
    return Number(time.toPrecision(4));
}
