import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { readSeries } from "../../../src/store/series-reader.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { linesIn, ndjson, type Program, runCli, start } from "./program.ts";

const DAY = 86_400_000;
const CONFIG = `
sources:
  access: { paths: ["logs/access.log*"], parser: nginx, from: start }
  slow: { paths: [slow.log], parser: plain, from: start, partialAfter: 60000 }
sinks:
  out: { type: file, path: out.ndjson }
store: { maxAge: 7d }
monitor: { port: 0 }
`;

interface World {
  readonly cwd: string;
  readonly out: string;
  readonly program: Program;
  /** Sets the program's clock wrong by so many ms, and returns when that is in force. */
  shift(ms: number): Promise<void>;
  metrics(): Promise<string>;
}

async function world(t: TestContext): Promise<World> {
  const cwd = tempFolder(t);
  mkdirSync(join(cwd, "logs"));
  writeFileSync(join(cwd, "log-monitor.yaml"), CONFIG);
  const clock = join(cwd, "clock");
  writeFileSync(clock, "0");
  const preload = new URL("../../helpers/shifted-clock.ts", import.meta.url).href;
  const env = { NODE_OPTIONS: `--import ${preload}`, LOG_MONITOR_CLOCK: clock };
  const program = start(t, ["run"], { cwd, env });
  const address = await program.until(() => /(http:\/\/\S+)\/monitor/.exec(program.err())?.[1], {
    what: "the monitor",
  });
  return {
    cwd,
    out: join(cwd, "out.ndjson"),
    program,
    async shift(ms) {
      writeFileSync(clock, String(ms));
      const seen = `${clock}.seen`;
      await program.until(() => existsSync(seen) && readFileSync(seen, "utf8") === String(ms), {
        what: `a clock that is ${ms} ms wrong`,
      });
    },
    metrics: async () => (await fetch(`${address}/metrics`)).text(),
  };
}

const countOf = async (t: TestContext, cwd: string): Promise<number> =>
  Number((await runCli(t, ["query", "--count", "*"], { cwd })).out);

describe("the clock is set while log-monitor runs", { timeout: 240_000 }, () => {
  for (const [name, shifts] of [
    ["forwards and back", [40 * DAY, 0]],
    ["backwards and forwards again", [-40 * DAY, 0]],
    ["by hours, to and fro", [3 * 3_600_000, -5 * 3_600_000, 60_000, -60_000, 0]],
  ] as const) {
    it(`${name}: nothing is lost, flushed early or thrown away, and no rate is negative`, async (t) => {
      const { cwd, out, program, shift, metrics } = await world(t);
      const flow = ["--rate", "2000", "--rotate", "rename", "--every", "1500lines"];
      const writer = start(t, ["generate", "--path", "logs/access.log", ...flow], { cwd });
      writeFileSync(join(cwd, "slow.log"), "the first half, ");
      const texts: string[] = [];
      const more = async (lines: number): Promise<void> => {
        const goal = ndjson(out).length + lines;
        await program.until(
          async () => {
            texts.push(await metrics());
            return ndjson(out).length >= goal;
          },
          { every: 200, what: `${goal} lines` },
        );
      };
      await more(3_000);
      for (const ms of shifts) {
        await shift(ms);
        await more(3_000);
      }
      appendFileSync(join(cwd, "slow.log"), "and the second\n");
      writer.kill("SIGTERM");
      await writer.exited;
      const written = [...linesIn(join(cwd, "logs")), "the first half, and the second"];
      await program.until(() => ndjson(out).length >= written.length, { what: "all lines" });
      let stored: unknown;
      const complete = async (): Promise<boolean> => {
        stored = await runCli(t, ["query", "--count", "*"], { cwd });
        return Number((stored as { readonly out: string }).out) >= written.length;
      };
      await program.until(complete, {
        every: 200,
        timeout: 120_000,
        what: () => `${written.length} lines in the store; it says ${JSON.stringify(stored)}`,
      });
      program.kill("SIGTERM");
      const { code, err } = await program.exited;
      assert.equal(code, 0, err);
      const lines = ndjson(out);
      assert.deepEqual(lines.map(({ raw }) => raw).toSorted(), written.toSorted());
      assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
      for (const text of texts) assert.doesNotMatch(text, /^log_monitor_\S+ -/m);
      assert.equal(await countOf(t, cwd), lines.length);
      const now = Math.ceil(Date.now() / 1000);
      const { access } = readSeries(join(cwd, ".log-monitor"), {
        from: now - 120,
        to: now,
        points: 600,
      }).sources;
      const charted = access?.lines.reduce<number>((sum, count) => sum + (count ?? 0), 0) ?? 0;
      assert.ok(charted >= 3_000 && charted <= lines.length, `${charted} lines in the history`);
    });
  }
});
