import assert from "node:assert/strict";
import { existsSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Report } from "../../../src/cli/inspect.ts";
import { closes } from "../../../src/model.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { cli, linesIn, ndjson, type Program, runCli, start } from "./program.ts";

const shadow = resolve(import.meta.dirname, "shadow.ts");
const KILLS = 10;

const CONFIG = `
sources:
  app: { type: file, paths: ["logs/*"], parser: json, from: start }
sinks:
  out: { type: file, path: out.ndjson }
monitor: false
dataDir: data
`;

/** Kills the collector with -9 over and over while a log is written and rotated; returns what is left of it. */
async function killOften(t: TestContext, rotation: string): Promise<{ cwd: string; written: string[] }> {
  const cwd = tempFolder(t);
  mkdirSync(join(cwd, "logs"));
  writeFileSync(join(cwd, "log-monitor.yaml"), CONFIG);
  const out = join(cwd, "out.ndjson");
  const size = (): number => statSync(out, { throwIfNoEntry: false })?.size ?? 0;

  const collect = (turn: number): Program =>
    // Every other time behind the launcher: killing the visible process must end the work.
    turn % 2 === 0 ? start(t, ["run"], { cwd }) : start(t, [cli, "run"], { cwd, script: shadow });
  const format = ["--format", "json", "--path", "logs/app.log", "--rate", "12000", "--lines", "80000"];
  const writer = start(t, ["generate", ...format, "--rotate", rotation, "--every", "9000lines"], { cwd });
  let running = true;
  void writer.exited.then(() => (running = false));

  for (let turn = 0; turn < KILLS; turn++) {
    const collector = collect(turn);
    // At first as soon as there is anything, then at any moment: after a random amount of progress.
    const goal = size() + 1 + Math.floor(Math.random() ** 3 * 4_000_000);
    const early = (): boolean => turn === 0 && existsSync(join(cwd, "data", "spool.db"));
    await collector.until(() => early() || size() >= goal || !running, {
      every: 1,
      what: `${goal} bytes`,
    });
    collector.kill("SIGKILL");
    await collector.exited;
    await assertCloses(t, cwd);
  }
  const { code, err } = await writer.exited;
  assert.equal(code, 0, err);
  const last = await runCli(t, ["run", "--once"], { cwd });
  assert.equal(last.code, 0, last.err);
  const written = linesIn(join(cwd, "logs"));
  const [account] = await assertCloses(t, cwd);
  assert.equal(account?.lines, written.length);
  for (const { routed, delivered, waiting } of account?.sinks ?? [])
    assert.deepEqual(
      [routed.records, delivered.records, waiting.records],
      [written.length, written.length, 0],
    );
  return { cwd, written };
}

/** At whatever moment it was killed, what was read of each file and what became of it at each sink adds up. */
async function assertCloses(t: TestContext, cwd: string): Promise<Report["accounts"]> {
  // The first kill may come before the tables are made: nothing was counted then, as nothing was delivered.
  if (!existsSync(join(cwd, "out.ndjson"))) return [];
  const { out, code, err } = await runCli(t, ["inspect", "--json"], { cwd });
  assert.equal(code, 0, err);
  const { accounts, checkpoints } = JSON.parse(out) as Report;
  for (const account of accounts) assert.ok(account.closes, JSON.stringify(account));
  for (const { account } of checkpoints) assert.ok(!account || closes(account), JSON.stringify(account));
  return accounts;
}

/** Both hold the same lines, each as often. */
function assertSameLines(actual: readonly string[], expected: readonly string[], what: string): void {
  const counts = new Map<string, number>();
  for (const line of expected) counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const line of actual) counts.set(line, (counts.get(line) ?? 0) - 1);
  const wrong = [...counts].filter(([, count]) => count !== 0);
  const lost = wrong.filter(([, count]) => count > 0).length;
  assert.deepEqual(
    wrong.slice(0, 3),
    [],
    `${what}: ${lost} lost, ${wrong.length - lost} repeated of ${expected.length}`,
  );
}

describe("a collector killed with -9 in mid-flow", () => {
  for (const rotation of ["rename", "copytruncate"]) {
    it(`leaves each line once in file sink and store while the log is rotated by ${rotation}`, async (t) => {
      const { cwd, written } = await killOften(t, rotation);
      const lines = ndjson(join(cwd, "out.ndjson"));
      assertSameLines(
        lines.map((line) => line.raw),
        written,
        "file sink",
      );
      assert.equal(new Set(lines.map((line) => line.id)).size, lines.length, "ids are unique");
      const { out, err } = await runCli(t, ["query", "--limit", "0", "--data-dir", "data"], { cwd });
      assertSameLines(out.split("\n").slice(0, -1), written, `store ${err}`);
    });
  }
});
