import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import { createEngineHost } from "../../src/vscode/host.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { english } from "./snapshots.ts";

const raws = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line).raw)
    : [];

function setUp(t: TestContext, how: "block" | "fill") {
  const folder = tempFolder(t);
  const trigger = join(folder, "trigger");
  const values = {
    monitor: false,
    store: false,
    sources: { a: { paths: "a.log", parser: "plain", from: "start" } },
    sinks: { out: { type: "file", path: "out" } },
  };
  const said: string[] = [];
  const note = (line: string) => void said.push(line);
  const host = createEngineHost({
    spawn: () =>
      new Worker(new URL("workers/failing.ts", import.meta.url), {
        workerData: { trigger, how },
        resourceLimits: { maxOldGenerationSizeMb: 100 },
      }),
    collect: () => ({
      layers: [{ origin: "workspace", baseDir: folder, values }],
      folders: [],
      trusted: true,
      dataDir: join(folder, "data"),
    }),
    log: { debug() {}, info: note, warn: note, error: note },
    texts: { ...english, t: (message, ...args) => `⟦${english.t(message, ...args)}⟧` },
    wait: { next: () => 1, reset() {} },
    // Collecting garbage in vain may take long on a busy machine: that it is unanswered meanwhile is no test.
    patience: how === "fill" ? 60_000 : 2_000,
  });
  t.after(() => host.close());
  return { folder, host, said, fail: () => writeFileSync(trigger, "") };
}

describe("an engine thread that fails is replaced", () => {
  for (const [what, how, reason] of [
    ["answers nothing any more", "block", /did not answer for 2\.\d s/],
    ["runs out of memory", "fill", /memory limit/],
  ] as const) {
    it(`which ${what}: the reason is shown, and each line is delivered once`, async (t) => {
      const { folder, host, said, fail } = setUp(t, how);
      const log = join(folder, "a.log");
      const out = join(folder, "out");
      const lines = Array.from({ length: 3_000 }, (_, at) => `line ${at}`);
      const write = (from: number, to: number): void =>
        appendFileSync(
          log,
          lines
            .slice(from, to)
            .map((line) => `${line}\n`)
            .join(""),
        );
      write(0, 1_000);
      await host.configure();
      await until(() => raws(out).length > 0);
      write(1_000, 2_000);
      fail();
      await until(() => host.lastDeath, { timeout: 60_000, what: "the end of the thread" });
      write(2_000, 3_000);
      await until(() => raws(out).length >= lines.length, { timeout: 20_000 });
      assert.deepEqual(raws(out), lines);
      assert.match(host.lastDeath?.reason ?? "", reason);
      assert.match(said.join("\n"), reason);
      await until(() =>
        host.snapshot?.problems.some((problem) =>
          /^⟦the engine thread was replaced at .*: .*⟧$/.test(problem),
        ),
      );
    });
  }
});
