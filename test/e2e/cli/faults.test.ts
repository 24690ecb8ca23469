import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { appendFileSync, mkdirSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { cli, linesOf, ndjson, type Program, runCli, start } from "./program.ts";

/** No file of the collector may grow beyond this (bytes): its writes fail then, as on a disk with faults. */
const LIMIT = 400_000;
/** Of a file system that is soon full. */
const DISK = "24m";
const LINES = 20_000;

const CONFIG = `
sources:
  app: { type: file, paths: ["logs/*"], parser: plain, from: start }
sinks:
  out: { type: file, path: disk/out.ndjson }
monitor: false
dataDir: disk/data
`;

/** Runs a collector, lets its writes fail and mends them; all lines must be in file sink and store, once. */
async function survive(
  t: TestContext,
  {
    begin,
    fail,
    mend,
    said,
  }: {
    begin(cwd: string): Program;
    fail(cwd: string): void;
    mend(cwd: string, collector: Program): void;
    said: RegExp;
  },
): Promise<void> {
  const cwd = tempFolder(t);
  for (const folder of ["logs", "disk"]) mkdirSync(join(cwd, folder));
  writeFileSync(join(cwd, "log-monitor.yaml"), CONFIG);
  const log = join(cwd, "logs", "a.log");
  const out = join(cwd, "disk", "out.ndjson");
  // It can't be packed away.
  const written = Array.from({ length: LINES }, (_, at) => `${at} ${hash("sha256", `${at}`, "base64")}`);
  const collector = begin(cwd);
  writeFileSync(log, `${written.slice(0, 10).join("\n")}\n`);
  await collector.until(() => linesOf(out).length >= 10, { what: "the first lines" });
  fail(cwd);
  appendFileSync(log, `${written.slice(10, LINES / 2).join("\n")}\n`);
  await collector.until(() => said.test(collector.err()), { what: `words like ${said}` });
  appendFileSync(log, `${written.slice(LINES / 2).join("\n")}\n`);
  mend(cwd, collector);
  await collector.until(() => linesOf(out).length >= LINES, { what: "all lines" });
  assert.match(collector.err(), /the spool can be written again/);
  collector.kill("SIGTERM");
  const { code, err } = await collector.exited;
  assert.equal(code, 0, err);
  assert.deepEqual(
    ndjson(out).map(({ raw }) => raw),
    written,
  );
  const stored = await runCli(t, ["query", "--limit", "0", "--data-dir", "disk/data"], { cwd });
  assert.deepEqual(stored.out.split("\n").slice(0, -1).sort(), [...written].sort());
}

describe("a collector whose writes fail", () => {
  it("S9, S12: says that its disk has faults, and goes on without a gap when it has none", async (t) => {
    const there = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;
    if (!there) return t.skip("the limits of a running process can't be changed here: there is no prlimit");
    await survive(t, {
      begin: (cwd) =>
        start(t, [process.execPath, cli, "run"], { cwd, node: "prlimit", script: `--fsize=${LIMIT}:` }),
      fail() {},
      mend: (_, { pid }) => execFileSync("prlimit", ["--pid", String(pid), "--fsize=unlimited:"]),
      said: /can't be written \(disk I\/O error\)/,
    });
  });

  it("S9, S12: says that its disk is full, and goes on without a gap when there is room", async (t) => {
    const mounted: string[] = [];
    // Before the folders it lies in are removed.
    t.after(() => {
      for (const folder of mounted) spawnSync("umount", ["-l", folder]);
    });
    const mount = (folder: string): boolean => {
      if (process.platform !== "linux") return false;
      const done = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${DISK}`, "tmpfs", folder]).status === 0;
      if (done) mounted.push(folder);
      return done;
    };
    const probe = join(tempFolder(t), "probe");
    mkdirSync(probe);
    const may = mount(probe);
    if (!may) return t.skip("a small disk can't be mounted here: that takes root on Linux");
    const filler = (cwd: string): string => join(cwd, "disk", "filler");
    await survive(t, {
      begin(cwd) {
        assert.ok(mount(join(cwd, "disk")));
        return start(t, ["run"], { cwd });
      },
      fail(cwd) {
        const { bavail, bsize } = statfsSync(join(cwd, "disk"));
        try {
          writeFileSync(filler(cwd), Buffer.alloc(bavail * bsize));
        } catch {
          // The collector was faster with the last of it: full all the same.
        }
      },
      mend: (cwd) => rmSync(filler(cwd)),
      said: /can't be written \((database or disk is full|disk I\/O error)\)/,
    });
  });
});
