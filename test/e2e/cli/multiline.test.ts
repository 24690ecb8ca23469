import assert from "node:assert/strict";
import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { groupsOf } from "../../multiline/groups.ts";
import { ndjson, runCli, start } from "./program.ts";

const KILLS = 8;

/** The timer must not end a group while the collector is down or slow: what it ends depends on the pace. */
const CONFIG = `
sources:
  app: { type: file, paths: ["logs/*"], parser: plain, from: start, multiline: { preset: java, timeout: 60000 } }
sinks:
  out: { type: file, path: out.ndjson }
monitor: false
dataDir: data
`;

/** The records of all logs in a folder: no record goes on in another file. */
function groupsIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const lines = readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1);
    return groupsOf({ preset: "java" }, lines);
  });
}

describe("multiline on the command line", () => {
  for (const rotation of ["rename", "copytruncate"]) {
    it(`L4: kills with -9 in the middle of groups leave each group once and whole, with rotation by ${rotation}`, async (t) => {
      const cwd = tempFolder(t);
      mkdirSync(join(cwd, "logs"));
      writeFileSync(join(cwd, "log-monitor.yaml"), CONFIG);
      const out = join(cwd, "out.ndjson");
      const size = (): number => statSync(out, { throwIfNoEntry: false })?.size ?? 0;
      const format = ["--format", "java", "--path", "logs/app.log", "--rate", "4000", "--lines", "30000"];
      const rotate = ["--rotate", rotation, "--every", "7000lines"];
      const writer = start(t, ["generate", ...format, ...rotate], { cwd });
      let running = true;
      void writer.exited.then(() => (running = false));

      for (let turn = 0; turn < KILLS; turn++) {
        const collector = start(t, ["run"], { cwd });
        const goal = size() + 1 + Math.floor(Math.random() ** 3 * 2_000_000);
        const early = (): boolean => turn === 0 && existsSync(join(cwd, "data", "spool.db"));
        await collector.until(() => early() || size() >= goal || !running, {
          every: 1,
          what: `${goal} bytes`,
        });
        collector.kill("SIGKILL");
        await collector.exited;
      }
      assert.equal((await writer.exited).code, 0);
      const last = await runCli(t, ["run", "--once"], { cwd });
      assert.equal(last.code, 0, last.err);

      const records = ndjson(out);
      const expected = groupsIn(join(cwd, "logs"));
      assert.equal(expected.length, 30_000);
      assert.equal(new Set(records.map(({ id }) => id)).size, records.length, "ids are unique");
      assert.deepEqual(records.map(({ raw }) => raw).toSorted(), expected.toSorted());
    });
  }

  it("takes the last group of each file with run --once, and goes on with it later", async (t) => {
    const cwd = tempFolder(t);
    mkdirSync(join(cwd, "logs"));
    writeFileSync(join(cwd, "log-monitor.yaml"), CONFIG);
    const head = "2026-11-21 10:15:33 ERROR shop - it broke";
    writeFileSync(join(cwd, "logs", "a.log"), `${head}\n\tat a.B.c(B.java:1)\n`);
    writeFileSync(join(cwd, "logs", "b.log"), `${head}\n\tat a.B.c(B.java:2)`);
    const first = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(first.code, 0, first.err);
    assert.match(first.out + first.err, /\b2 (?:lines|records)\b/);
    appendFileSync(join(cwd, "logs", "a.log"), "\tat late.A.b(A.java:1)\n");
    assert.equal((await runCli(t, ["run", "--once"], { cwd })).code, 0);
    const raws = ndjson(join(cwd, "out.ndjson")).map(({ raw }) => raw);
    const found = await runCli(t, ["query", '"at late"', "--json", "--data-dir", "data"], { cwd });
    assert.deepEqual([found.err, JSON.parse(found.out).raw], ["", "\tat late.A.b(A.java:1)"]);
    const all = await runCli(t, ["query", "--json", "--limit", "0", "--data-dir", "data"], { cwd });
    const kept = all.out.split("\n").slice(0, -1);
    assert.deepEqual(kept.map((line) => JSON.parse(line).raw).toSorted(), raws.toSorted());
    assert.deepEqual(raws.toSorted(), [
      "\tat late.A.b(A.java:1)",
      `${head}\n\tat a.B.c(B.java:1)`,
      `${head}\n\tat a.B.c(B.java:2)`,
    ]);
  });
});
