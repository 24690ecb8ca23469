import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { assertSameLines } from "../../helpers/lines.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { linesIn, ndjson, type Program, runCli, start } from "./program.ts";

const CONFIG = `
sources:
  access: { paths: ["logs/access.log*"], parser: nginx, from: start }
sinks:
  out: { type: file, path: out.ndjson }
monitor: { port: 0 }
`;

async function folder(t: TestContext): Promise<{ cwd: string; out: string; first: Program }> {
  const cwd = tempFolder(t);
  mkdirSync(join(cwd, "logs"));
  writeFileSync(join(cwd, "log-monitor.yaml"), CONFIG);
  const first = start(t, ["run"], { cwd });
  await says(first, /\/monitor/);
  return { cwd, out: join(cwd, "out.ndjson"), first };
}

const says = (program: Program, what: RegExp) =>
  program.until(() => what.test(program.err()), { what: String(what) });
const follows = (program: Program, pid: number) =>
  says(program, new RegExp(`process ${pid} runs on \\S+: following, will take over when it ends`));

describe("a second log-monitor on a data folder", () => {
  /** Ends the first of two in mid-flow. @returns after how long (ms) the second went on */
  const takeOver = async (t: TestContext, signal: NodeJS.Signals): Promise<number> => {
    const { cwd, out, first } = await folder(t);
    const second = start(t, ["run"], { cwd });
    await follows(second, first.pid);
    const flow = ["--rate", "3000", "--rotate", "rename", "--every", "4000lines"];
    const writer = start(t, ["generate", "--path", "logs/access.log", ...flow], { cwd });
    await first.until(() => ndjson(out).length > 2_000, { what: "lines of the first" });
    assert.doesNotMatch(second.err(), /took over/);
    first.kill(signal);
    await first.exited;
    const ended = performance.now();
    await says(second, /took over/);
    const took = performance.now() - ended;
    const had = ndjson(out).length;
    await second.until(() => ndjson(out).length > had + 3_000, { what: "lines of the second" });
    writer.kill("SIGTERM");
    await writer.exited;
    const written = linesIn(join(cwd, "logs"));
    await second.until(() => ndjson(out).length >= written.length, { what: "all lines" });
    second.kill("SIGTERM");
    assert.equal((await second.exited).code, 0);
    const lines = ndjson(out);
    assert.equal(new Set(lines.map(({ id }) => id)).size, lines.length);
    assertSameLines(lines.map(({ raw }) => raw).toSorted(), written.toSorted());
    return took;
  };

  for (const [how, signal] of [
    ["is killed (-9) in mid-flow", "SIGKILL"],
    ["is stopped in mid-flow", "SIGTERM"],
  ] as const) {
    it(`stands by, and goes on within two seconds when the first ${how}: every line once`, async (t) => {
      const took: number[] = [];
      // A machine that has other things to do may keep it from its turn.
      while (took.every((ms) => ms >= 2_000)) {
        assert.ok(took.length < 3, `${took.join()} ms`);
        took.push(await takeOver(t, signal));
      }
    });
  }

  it("says once that it follows, and ends by itself when it is stopped", async (t) => {
    const { cwd, first } = await folder(t);
    const second = start(t, ["run"], { cwd });
    await follows(second, first.pid);
    second.kill("SIGTERM");
    const { code, err } = await second.exited;
    assert.equal(code, 0, err);
    assert.equal(err.match(/following/g)?.length, 1);
    first.kill("SIGTERM");
    assert.equal((await first.exited).code, 0);
  });

  it("never reads while the first is only held up: stopped for seconds, and continued", async (t) => {
    const { cwd, out, first } = await folder(t);
    const second = start(t, ["run"], { cwd });
    await follows(second, first.pid);
    const log = join(cwd, "logs", "access.log");
    await runCli(t, ["generate", "--path", log, "--rate", "0", "--lines", "100"], { cwd });
    await first.until(() => ndjson(out).length === 100, { what: "lines of the first" });
    first.kill("SIGSTOP");
    await runCli(t, ["generate", "--path", log, "--rate", "0", "--lines", "100"], { cwd });
    // It waits five seconds for the folder, in vain.
    assert.equal((await runCli(t, ["run", "--once"], { cwd })).code, 1);
    assert.doesNotMatch(second.err(), /took over/);
    assert.equal(ndjson(out).length, 100);
    first.kill("SIGCONT");
    await first.until(() => ndjson(out).length === 200, { what: "lines of the first after it went on" });
    assert.equal(new Set(ndjson(out).map(({ id }) => id)).size, 200);
  });

  it("refuses with --once, and names the first", async (t) => {
    const { cwd, first } = await folder(t);
    const second = await runCli(t, ["run", "--once"], { cwd });
    assert.equal(second.code, 1);
    assert.match(second.err, new RegExp(`in use by another Log Monitor \\(process ${first.pid}\\)`));
  });
});
