import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { within } from "../helpers/within.ts";

const LINES = 40_000;
const PROMPT = 20_000;
const spool = { maxBytes: 10_000, whenFull: "block" };
const sources = { a: { paths: "a.log", parser: "plain", from: "start" } };

const raws = (file: string): string[] => recordsIn(file).map(({ raw }) => raw);

/** An engine whose only sink is down and whose spool is full, so that its reader waits. */
async function blocked(t: TestContext) {
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  const written = Array.from(
    { length: LINES },
    (_, at) => `line ${at} of a log that is longer than the spool`,
  );
  writeFileSync(log, `${written.join("\n")}\n`);
  const running = runEngine(t, folder);
  const sinks = { down: { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` } };
  const config = { monitor: false, store: false, spool, sources, sinks };
  await running.apply(config);
  await until(() => running.engine.snapshot().spool.bytes > spool.maxBytes);
  return { folder, log, written, config, ...running };
}

/** Everything arrives once, though the life before this ended with a reader that waited. */
async function deliversAll(t: TestContext, folder: string, written: readonly string[]): Promise<void> {
  const { apply } = runEngine(t, folder);
  const out = join(folder, "out");
  await apply({ monitor: false, store: false, sources, sinks: { out: { type: "file", path: out } } });
  await until(() => raws(out).length >= written.length);
  const delivered = raws(out);
  assert.deepEqual(delivered.toSorted(), written.toSorted());
  // What is written after a rotation is read beside the rest of what was before it.
  const before = (lines: readonly string[]): string[] => lines.filter((line) => line.startsWith("line "));
  assert.deepEqual(before(delivered), before(written));
}

describe("engine with a full spool", () => {
  it("closes at once, and reads the rest in its next life", async (t) => {
    const { engine, folder, written } = await blocked(t);
    await within(PROMPT, engine.close());
    await deliversAll(t, folder, written);
  });

  it("stops and starts a source that waits for room", async (t) => {
    const { engine, folder, written } = await blocked(t);
    await within(PROMPT, engine.stop({}));
    assert.equal(engine.snapshot().sources[0]?.state, "stopped");
    await within(PROMPT, engine.start({}));
    assert.equal(engine.snapshot().sources[0]?.state, "watching");
    await within(PROMPT, engine.close());
    await deliversAll(t, folder, written);
  });

  it("reloads: a source goes or changes while it waits for room", async (t) => {
    const { engine, apply, config, folder, written } = await blocked(t);
    const wider = { a: { ...sources.a, paths: ["a.log", "b.log"] } };
    const changed = await within(PROMPT, apply({ ...config, sources: wider }));
    assert.deepEqual(changed.changed, ["sources.a"]);
    const removed = await within(PROMPT, apply({ ...config, sources: {} }));
    assert.deepEqual(removed.removed, ["sources.a"]);
    await within(PROMPT, engine.close());
    await deliversAll(t, folder, written);
  });

  it("keeps the rest of a truncated file for the next life", async (t) => {
    const { engine, log, folder, written } = await blocked(t);
    writeFileSync(`${log}.1`, readFileSync(log));
    writeFileSync(log, "");
    appendFileSync(log, "after the rotation\n");
    await within(PROMPT, engine.close());
    await deliversAll(t, folder, [...written, "after the rotation"]);
  });
});

describe("engine with a spool that can't be written", () => {
  it("closes all the same, and reads in its next life what it could not keep", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "first\n");
    const { engine, apply } = runEngine(t, folder);
    const out = join(folder, "first-out");
    await apply({ monitor: false, store: false, sources, sinks: { out: { type: "file", path: out } } });
    await until(() => raws(out).length === 1);
    // As a full disk does: every write fails, reading goes on.
    const other = new DatabaseSync(join(folder, "data", "spool.db"));
    other.exec("BEGIN IMMEDIATE");
    appendFileSync(join(folder, "a.log"), "second\n");
    await until(() => engine.snapshot().problems.length > 0);
    await within(PROMPT, engine.close());
    other.exec("ROLLBACK");
    other.close();
    const next = runEngine(t, folder);
    await next.apply({ monitor: false, store: false, sources, sinks: { out: { type: "file", path: out } } });
    await until(() => raws(out).length >= 2);
    assert.deepEqual(raws(out), ["first", "second"]);
  });
});
