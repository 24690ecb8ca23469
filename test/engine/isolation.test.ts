import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { SinkFigures } from "../../src/model.ts";
import { runEngine } from "../helpers/engine.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { within } from "../helpers/within.ts";

const sources = { a: { paths: "a.log", parser: "plain", from: "start" } };
const PIECES = 40;
const LINES = 1_000;

/** Lines that hardly pack. */
const pieceOf = (piece: number): string =>
  Array.from({ length: LINES }, (_, at) => {
    const number = piece * LINES + at;
    return `${number} ${((number * 2_654_435_761) >>> 0).toString(36)}${((number * 40_503_001) >>> 0).toString(36)}\n`;
  }).join("");

const downAt = async () => ({ type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` });

async function setUp(t: TestContext, given: Record<string, unknown> = {}, down = 1) {
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  const out = join(folder, "out");
  writeFileSync(log, "");
  const running = runEngine(t, folder);
  const sinks: Record<string, unknown> = { out: { type: "file", path: out } };
  for (let at = 0; at < down; at++) sinks[`down${at}`] = await downAt();
  await running.apply({ monitor: false, store: false, sources, sinks, ...given });
  const sink = (id: string): SinkFigures =>
    running.engine.snapshot().sinks.find((one) => one.id === id) ?? assert.fail(`no sink ${id}`);
  const raws = (): string[] =>
    existsSync(out)
      ? readFileSync(out, "utf8")
          .split("\n")
          .slice(0, -1)
          .map((line) => JSON.parse(line).raw)
      : [];
  return { folder, log, sink, raws, ...running };
}

describe("one sink that is down for the whole run", () => {
  it("S4: costs the other nothing: it gets every line in order, and the end is not held up", async (t) => {
    const { engine, log, sink, raws } = await setUp(t);
    const written: string[] = [];
    for (let piece = 0; piece < PIECES; piece++) {
      const text = pieceOf(piece);
      written.push(...text.split("\n").slice(0, -1));
      appendFileSync(log, text);
      // Behind by a piece at most: the reader did not wait for the one that is down.
      await until(() => sink("out").delivered > written.length - 2 * LINES, { what: "the other to keep up" });
    }
    await until(() => sink("out").delivered === written.length);
    assert.deepEqual([sink("out").retries, sink("out").lagRecords], [0, 0]);
    assert.deepEqual([sink("down0").delivered, sink("down0").lagRecords], [0, written.length]);
    await until(() => sink("down0").breaker.state === "open");
    await within(4_500, engine.close());
    assert.deepEqual(raws(), written);
  });

  it("S4: is taken out of the configuration, or the engine ended, while its writes are under way", async (t) => {
    const { engine, apply, log, sink } = await setUp(t);
    appendFileSync(log, pieceOf(0));
    await until(() => sink("down0").inFlight > 0 && sink("down0").retries > 0);
    const out = { type: "file", path: "out" };
    const { removed } = await within(4_500, apply({ monitor: false, store: false, sources, sinks: { out } }));
    assert.deepEqual(removed, ["sinks.down0"]);
    await within(4_500, engine.close());
  });
});

describe("the spool's bound", () => {
  for (const down of [1, 3]) {
    it(`S8: holds each block once and no more bytes than allowed, with ${down} sinks that are down`, async (t) => {
      const maxBytes = 300_000;
      const spool = { maxBytes, whenFull: "block" };
      const { engine, log, folder, sink } = await setUp(t, { spool }, down);
      for (let piece = 0; piece < PIECES; piece++) appendFileSync(log, pieceOf(piece));
      await until(() => engine.snapshot().spool.bytes >= maxBytes);
      const { bytes, dropped } = engine.snapshot().spool;
      // What was on its way when the bound was reached is kept too: half a MiB before it is packed.
      assert.ok(bytes < maxBytes + (1 << 19), `${bytes} bytes`);
      assert.equal(dropped, 0);
      const { lagRecords, lagBytes } = sink("down0");
      for (let at = 1; at < down; at++) {
        assert.deepEqual([sink(`down${at}`).lagRecords, sink(`down${at}`).lagBytes], [lagRecords, lagBytes]);
      }
      await engine.close();
      const size = statSync(join(folder, "data", "spool.db")).size;
      assert.ok(size < bytes + (1 << 20), `${size} bytes on disk for ${bytes}`);
    });
  }
});
