import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import fc from "fast-check";
import { runEngine } from "../helpers/engine.ts";
import { settled } from "../helpers/held.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const RELOADS = 100;

/** What differs from one configuration to the next; some are refused, as a whole or in part. */
const configurations = fc.record({
  a: fc.constantFrom(
    { enabled: true },
    { enabled: false },
    { parser: "auto" },
    { parser: { type: "regex", pattern: "(?<message>.*)" } },
    { parser: "nonsense" },
    { partialAfter: 300 },
    { ignoreOlder: "1h" },
    { paths: ["logs/a.log*", "other/*.log"] },
    { paths: 7 },
    undefined,
  ),
  b: fc.constantFrom({ paths: "b.log" }, { paths: "b.log", parser: "json" }, { parser: "plain" }, undefined),
  out: fc.constantFrom({}, { unparsed: "send" }, { unparsed: "nonsense" }),
  more: fc.constantFrom(
    { type: "file", path: "more" },
    { type: "influxdb" },
    { type: "file", path: "." },
    undefined,
  ),
  monitor: fc.constantFrom({ port: 0 }, false, { port: "none" }),
  store: fc.boolean(),
  spool: fc.constantFrom({}, { maxBytes: "2MiB" }, { maxBytes: "nonsense" }),
});
type Configuration = typeof configurations extends fc.Arbitrary<infer C> ? C : never;

const source = { paths: "logs/a.log*", parser: "plain", from: "start" };
const valuesOf = ({ a, b, out, more, monitor, store, spool }: Configuration) => ({
  monitor,
  store,
  spool,
  sources: { ...(a && { a: { ...source, ...a } }), ...(b && { b }) },
  sinks: { out: { type: "file", path: "out", ...out }, ...(more && { more }) },
});

/** Appends lines as fast as the loop turns, and renames the log now and then. */
function writing(folder: string): { lines: string[]; stop(): void } {
  const lines: string[] = [];
  const log = join(folder, "logs", "a.log");
  let turn = 0;
  const timer = setInterval(() => {
    const block = Array.from({ length: 20 }, (_, at) => `line ${lines.length + at}`);
    appendFileSync(log, block.map((line) => `${line}\n`).join(""));
    lines.push(...block);
    if (++turn % 50 === 0) {
      renameSync(log, `${log}.${turn}`);
      writeFileSync(log, "");
    }
  }, 5);
  return { lines, stop: () => clearInterval(timer) };
}

async function storm(t: TestContext, configs: readonly Configuration[], pauses: readonly number[]) {
  const folder = tempFolder(t);
  mkdirSync(join(folder, "logs"));
  writeFileSync(join(folder, "logs", "a.log"), "");
  const before = await settled();
  const { engine, apply } = runEngine(t, folder);
  const last = {
    monitor: false,
    store: false,
    sources: { a: source },
    sinks: { out: { type: "file", path: "out" } },
  };
  await apply(last);
  const writer = writing(folder);
  const under: Promise<unknown>[] = [];
  for (const [at, config] of configs.entries()) {
    under.push(apply(valuesOf(config)));
    // Some come while the one before is under way, some after it.
    if (pauses[at % pauses.length] === 0) await Promise.all(under);
    else await new Promise(setImmediate);
  }
  await Promise.all(under);
  const { issues } = await apply(last);
  writer.stop();
  assert.deepEqual(issues, []);
  const out = join(folder, "out");
  await until(() => recordsIn(out).length >= writer.lines.length, { timeout: 30_000, what: "all lines" });
  const records = recordsIn(out);
  assert.deepEqual(records.map(({ raw }) => raw).toSorted(), writer.lines.toSorted());
  // Files that were rotated while the source was away are read side by side; each of them is read in order.
  const offsets = new Map<string, number>();
  for (const { id } of records) {
    const [key = "", offset = ""] = id.split("-");
    assert.ok(Number.parseInt(offset, 36) > (offsets.get(key) ?? -1), `${id} comes late`);
    offsets.set(key, Number.parseInt(offset, 36));
  }
  const { sources, sinks, monitor } = engine.snapshot();
  assert.deepEqual([sources.map(({ id }) => id), sinks.map(({ id }) => id), monitor], [["a"], ["out"], {}]);
  await engine.close();
  return { before, after: await settled() };
}

describe("a storm of reloads", () => {
  it("R3: a hundred, valid and not, while the log is written: every line once, the last in force, nothing left", {
    timeout: 170_000,
  }, async (t) => {
    const property = fc.asyncProperty(
      fc.array(configurations, { minLength: RELOADS, maxLength: RELOADS }),
      fc.array(fc.nat(2), { minLength: 1, maxLength: 10 }),
      async (configs, pauses) => {
        // The first storm takes what a process keeps once it has it.
        if (!warm) await storm(t, configs.slice(0, 20), [0]);
        warm = true;
        const { before, after } = await storm(t, configs, pauses);
        assert.deepEqual(after, before);
      },
    );
    let warm = false;
    await fc.assert(property, { numRuns: 2, endOnFailure: true });
  });
});
