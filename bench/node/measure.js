// SPDX-License-Identifier: Apache-2.0
// Runs each runtime in a process of its own, and writes what they found into ../results/node.json.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { arch, cpus, type } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const folder = dirname(fileURLToPath(import.meta.url));
const modules = join(folder, "node_modules");
const isSmoke = process.argv[2] === "smoke";
const file = { win32: "sum.dll", darwin: "libsum.dylib" }[process.platform] ?? "libsum.so";
const library = join(folder, "..", "..", "native", "target", file);
const rounds = isSmoke ? ["1", "0"] : ["15", "40"]; // and the milliseconds of each

/** The program of a package: npm may have kept its installer from moving it to where the package wants it. */
function program(scope, name, own) {
    const packages = existsSync(join(modules, scope)) ? readdirSync(join(modules, scope)) : [];
    const folders = packages.map((each) => join(modules, scope, each));
    const places = folders.flatMap((each) => [join(each, name), join(each, "bin", name)]);
    return [...places, join(modules, own)].find((place) => existsSync(place) && statSync(place).size > 1e6);
}

const deno = program("@deno", "deno", "deno/deno");
const bun = program("@oven", "bun", "bun/bin/bun.exe");
const runtimes = {
    bun: bun && [bun, "run"],
    deno: deno && [deno, "run", "--allow-ffi", "--no-remote", "--no-config", "--no-lock"],
    koffi: [process.execPath],
    "ffi-rs": [process.execPath],
};

const calls = [];
const versions = { node: process.versions.node };
for (const [name, command] of Object.entries(runtimes)) {
    if (!command) {
        console.log(`${name} is skipped: its package has no program for this platform`);
        continue;
    }
    const [executable, ...options] = [...command, join(folder, `${name}.js`), library, ...rounds];
    const run = spawnSync(executable, options, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], cwd: folder });
    if (run.status !== 0) {
        console.error(`${name} ended with ${run.status ?? run.signal}`);
        process.exit(1);
    }
    for (const line of run.stdout.split("\n").filter((each) => each.startsWith("{"))) {
        const call = JSON.parse(line);
        versions[name] = call.version;
        calls.push(call);
        console.log(`${name} ${call.version}, ${call.case}: ${call.ns} ns`);
    }
}

if (!isSmoke) {
    const results = join(folder, "..", "results");
    const system = `${type()} ${arch() === "x64" ? "amd64" : arch()}`; // as Java names it
    const facts = { machine: `${cpus()[0].model.trim()}, ${cpus().length} processors, ${system}`, versions };
    const members = Object.entries(facts).map(([name, value]) => `  "${name}": ${JSON.stringify(value)},\n`).join("");
    const lines = calls.map((call) => `    ${JSON.stringify(call)}`).join(",\n");
    mkdirSync(results, { recursive: true });
    writeFileSync(
        join(results, "node.json"),
        `{\n${members}  "calls": [\n${lines}\n  ]\n}\n`,
    );
}
