import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { delimiter, dirname, join, resolve } from "node:path";
import { describe, it } from "node:test";
import { enough, findNode } from "../../../src/cli/node.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { cli, linesOf, start } from "./program.ts";

const shadow = resolve(import.meta.dirname, "shadow.ts");
const endless = ["generate", "--path", "a.log", "--rate", "100"];

/** A Node on PATH that is too old to run the command line itself. */
function oldNode(): string | undefined {
  const names = (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "node"));
  return names.find(
    (name) =>
      existsSync(name) &&
      !enough(execFileSync(name, ["-p", "process.versions.node"], { encoding: "utf8" }).trim()),
  );
}

/** Processes that this one started, directly. */
function childrenOf(pid: number): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number);
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined;
  }
}

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

describe("launcher", { skip: process.platform !== "linux" && "it looks into /proc" }, () => {
  it("runs under an old Node, with the same streams, arguments and exit code", async (t) => {
    const node = oldNode();
    if (!node) return t.skip("no old Node on PATH");
    const cwd = tempFolder(t);
    const written = await start(t, ["generate", "--path", "a b.log", "--rate", "0", "--lines", "10"], {
      cwd,
      node,
    }).exited;
    assert.deepEqual([written.code, linesOf(join(cwd, "a b.log")).length], [0, 10], written.err);
    const refused = await start(t, ["generate"], { cwd, node }).exited;
    assert.equal(refused.code, 2);
    assert.match(refused.err, /--path is missing/);
  });

  it("says what it needs when there is no newer Node", async (t) => {
    const node = oldNode();
    if (!node) return t.skip("no old Node on PATH");
    const cwd = tempFolder(t);
    const alone = join(cwd, "dist", "cli.js");
    mkdirSync(dirname(alone));
    copyFileSync(cli, alone);
    symlinkSync(join(dirname(cli), "chunks"), join(dirname(alone), "chunks"));
    const { code, err } = await start(t, ["generate"], { cwd, node, script: alone }).exited;
    assert.equal(code, 1);
    assert.match(err, /needs Node 22\.15\.0 or newer.*LOG_MONITOR_NODE/);
  });

  it("prefers the Node that LOG_MONITOR_NODE names", () => {
    assert.equal(findNode({ LOG_MONITOR_NODE: "/opt/node" }, import.meta.dirname), "/opt/node");
  });

  it("finds a Node installed as a package above", (t) => {
    const folder = tempFolder(t);
    const platform = process.platform === "win32" ? "win" : process.platform;
    const bin = join(folder, "node_modules", `node-${platform}-${process.arch}`, "bin");
    mkdirSync(bin, { recursive: true });
    copyFileSync(import.meta.filename, join(bin, "node"));
    mkdirSync(join(folder, "a", "dist"), { recursive: true });
    assert.equal(findNode({}, join(folder, "a", "dist")), join(bin, "node"));
  });

  it("passes a signal on once, and ends as its child did", async (t) => {
    const cwd = tempFolder(t);
    const program = start(t, [cli, ...endless], { cwd, script: shadow });
    await program.until(() => linesOf(join(cwd, "a.log")).length > 5, { what: "lines" });
    // As Ctrl-C in a terminal does: both processes get the signal.
    for (const pid of [program.pid, ...childrenOf(program.pid)]) process.kill(pid, "SIGINT");
    const { code, signal, err } = await program.exited;
    assert.deepEqual([code, signal], [0, null], err);
    assert.match(err, /^\d+ lines/);
  });

  it("takes its child along when it is killed with -9", async (t) => {
    const cwd = tempFolder(t);
    const program = start(t, [cli, ...endless], { cwd, script: shadow });
    await program.until(() => linesOf(join(cwd, "a.log")).length > 5, { what: "lines" });
    const children = childrenOf(program.pid);
    assert.equal(children.length, 1);
    program.kill("SIGKILL");
    await until(() => !children.some(alive), { what: "the child to end" });
  });
});
