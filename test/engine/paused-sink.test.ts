import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Engine } from "../../src/engine/engine.ts";
import type { SinkFigures } from "../../src/model.ts";
import { runEngine } from "../helpers/engine.ts";
import { refusal, startFaultyInflux } from "../helpers/faulty-influx.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const figuresOf = (engine: Engine, id: string): SinkFigures => {
  const found = engine.snapshot().sinks.find((sink) => sink.id === id);
  assert.ok(found, `no sink ${id}`);
  return found;
};

/** A log with one line that both sinks have. */
async function flowing(t: TestContext) {
  const influx = await startFaultyInflux(t);
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  const out = join(folder, "out.ndjson");
  writeFileSync(log, "first\n");
  const values = (more: object = {}) => ({
    store: false,
    monitor: false,
    sources: { a: { type: "file", paths: "a.log", parser: "plain", from: "start" } },
    sinks: {
      influx: { type: "influxdb", url: influx.url, database: "db", ...more },
      out: { type: "file", path: "out.ndjson" },
    },
  });
  const running = runEngine(t, folder);
  await running.apply(values());
  const { engine } = running;
  await until(() => influx.points.size === 1 && recordsIn(out).length === 1, { timeout: 60_000 });
  return { ...running, engine, influx, log, out, values };
}

const delivered = (engine: Engine, count: number): Promise<boolean> =>
  until(() => figuresOf(engine, "influx").delivered === count, { timeout: 60_000 });

describe("a sink that is paused", () => {
  it("is sent nothing, says so, and gets all of it when it is resumed", async (t) => {
    const { engine, influx, log, out } = await flowing(t);
    await engine.pause({ sink: "influx" });
    assert.equal(figuresOf(engine, "influx").state, "paused");
    const writes = influx.writes.length;
    appendFileSync(log, "second\nthird\n");
    await until(() => recordsIn(out).length === 3, { timeout: 60_000 });
    await until(() => figuresOf(engine, "influx").lagRecords === 2, { timeout: 60_000 });
    assert.equal(influx.writes.length, writes);
    await engine.resume({ sink: "influx" });
    await delivered(engine, 3);
    assert.equal(figuresOf(engine, "influx").state, "running");
    assert.equal(influx.points.size, 3);
  });

  it("holds up neither readers nor other sinks, whatever is read", async (t) => {
    const { engine, log, out } = await flowing(t);
    await engine.pause({ sink: "influx" });
    const lines = 40_000;
    appendFileSync(log, `${"x".repeat(100)}\n`.repeat(lines));
    await until(() => recordsIn(out).length === lines + 1, { timeout: 60_000 });
    assert.equal(figuresOf(engine, "influx").lagRecords, lines);
    await engine.resume({ sink: "influx" });
    await delivered(engine, lines + 1);
  });

  it("stays so while its server fails, when it is reset, and when its definition is changed", async (t) => {
    const { engine, influx, log, apply, values } = await flowing(t);
    influx.fault = refusal(503, "later");
    appendFileSync(log, "second\n");
    await until(() => figuresOf(engine, "influx").state === "retrying", { timeout: 60_000 });
    await engine.pause({ sink: "influx" });
    influx.fault = undefined;
    await engine.resetSink({ sink: "influx" });
    const { changed } = await apply(values({ timeout: 2_000 }));
    assert.deepEqual(changed, ["sinks.influx"]);
    const { state, breaker } = figuresOf(engine, "influx");
    assert.deepEqual([state, breaker.nextTryAt], ["paused", undefined]);
    const writes = influx.writes.length;
    appendFileSync(log, "third\n");
    await until(() => figuresOf(engine, "influx").lagRecords === 2, { timeout: 60_000 });
    assert.equal(influx.writes.length, writes);
    await engine.resume({ sink: "influx" });
    await until(() => influx.points.size === 3, { timeout: 60_000 });
  });

  it("does not hold up the end of a run that delivers everything", async (t) => {
    const { engine, log } = await flowing(t);
    await engine.pause({ sink: "influx" });
    appendFileSync(log, "second\n");
    const { sinks } = await engine.drain();
    assert.deepEqual(sinks, { influx: 1, out: 0 });
  });

  it("must be one that is there", async (t) => {
    const { engine } = await flowing(t);
    await assert.rejects(engine.pause({ sink: "none" }), /there is no sink none/);
  });
});
