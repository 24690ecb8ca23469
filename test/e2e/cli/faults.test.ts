import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { hash } from "node:crypto";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { cli, linesOf, ndjson, runCli, start } from "./program.ts";

const prlimit = process.platform === "linux" && spawnSync("prlimit", ["--version"]).status === 0;
/** No file of the collector may grow beyond this (bytes): its writes fail then, as on a disk with faults. */
const LIMIT = 400_000;
const LINES = 20_000;

const CONFIG = `
sources:
  app: { type: file, paths: ["logs/*"], parser: plain, from: start }
sinks:
  out: { type: file, path: out.ndjson }
monitor: false
dataDir: data
`;

describe("a collector whose writes fail", () => {
  it("S9, S12: says so, and goes on without a gap when they work again", async (t) => {
    if (!prlimit) return t.skip("the limits of a running process can't be changed here: there is no prlimit");
    const cwd = tempFolder(t);
    mkdirSync(join(cwd, "logs"));
    writeFileSync(join(cwd, "log-monitor.yaml"), CONFIG);
    const log = join(cwd, "logs", "a.log");
    // It can't be packed away.
    const written = Array.from({ length: LINES }, (_, at) => `${at} ${hash("sha256", `${at}`, "base64")}`);
    const half = LINES / 2;
    const limited = { cwd, node: "prlimit", script: `--fsize=${LIMIT}:` };
    const collector = start(t, [process.execPath, cli, "run"], limited);
    writeFileSync(log, `${written.slice(0, half).join("\n")}\n`);
    await until(() => /can't be written \(disk I\/O error\)/.test(collector.err()), { timeout: 20_000 });
    appendFileSync(log, `${written.slice(half).join("\n")}\n`);
    execFileSync("prlimit", ["--pid", String(collector.pid), "--fsize=unlimited:"]);
    const out = join(cwd, "out.ndjson");
    await until(() => linesOf(out).length >= LINES, { timeout: 60_000, what: "all lines" });
    assert.match(collector.err(), /the spool can be written again/);
    collector.kill("SIGTERM");
    assert.equal((await collector.exited).code, 0);
    assert.deepEqual(
      ndjson(out).map(({ raw }) => raw),
      written,
    );
    const stored = await runCli(t, ["query", "--limit", "0", "--data-dir", "data"], { cwd });
    assert.deepEqual(stored.out.split("\n").slice(0, -1).sort(), [...written].sort());
  });
});
