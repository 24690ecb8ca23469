import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { whereIs } from "../../src/engine/where.ts";
import type { ConfigInput, LineFate } from "../../src/protocol/engine.ts";
import { inEnglish, traceText } from "../../src/protocol/fate.ts";
import { runEngine } from "../helpers/engine.ts";
import { refusal, startFaultyInflux } from "../helpers/faulty-influx.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const quiet = { monitor: false, store: false };

/** Reads `a.log` into a file, with these lines and options; asks beside the engine. */
async function reading(
  t: TestContext,
  text: string | Buffer,
  given: { source?: object; sinks?: object; input?: Partial<ConfigInput> } = {},
) {
  const folder = tempFolder(t);
  const path = join(folder, "a.log");
  writeFileSync(path, text);
  const running = runEngine(t, folder, given.input);
  const source = { paths: ["a.log*"], parser: "plain", from: "start", ...given.source };
  await running.apply({
    ...quiet,
    sources: { a: source },
    sinks: { out: { type: "file", path: "out" }, ...given.sinks },
  });
  const ask = async (line: number, file = path): Promise<LineFate | undefined> => {
    const { fates } = await whereIs(join(folder, "data"), { file, line }, running.engine.snapshot().sinks);
    return fates[0];
  };
  const all = (records: number) =>
    until(() =>
      running.engine
        .snapshot()
        .sinks.every(({ id, delivered, dead }) => id !== "out" || delivered + dead >= records),
    );
  return { folder, path, ask, all, ...running };
}

/** The counts of a delivery are in the database soon after they are true. */
const settled = (ask: () => Promise<LineFate | undefined>, state: string): Promise<LineFate> =>
  until(async () => {
    const fate = await ask();
    return fate?.sinks[0]?.state === state ? fate : undefined;
  });

const states = (fate: LineFate | undefined) => fate?.sinks.map(({ sink, state }) => `${sink} ${state}`);

describe("where a line is", () => {
  it("tells its record, and that its sink has it", async (t) => {
    const { ask, all, engine } = await reading(t, "one\r\ntwo\r\nthree\r\n");
    await all(3);
    await engine.drain(1_000);
    const fate = await settled(() => ask(2), "delivered");
    assert.deepEqual([fate?.state, fate?.offset, fate?.id], ["read", 5, `${fate?.generation}-5`]);
    assert.deepEqual(states(fate), ["out delivered"]);
  });

  it("does not call delivered what the options of a sink leave out", async (t) => {
    const fields = { n: "n" };
    const nowhere = { type: "influxdb", url: "http://127.0.0.1:1", database: "d" };
    const { ask, engine } = await reading(t, 'not json\n{"m":"x"}\n', {
      source: { parser: "json" },
      sinks: {
        inf: nowhere,
        few: { ...nowhere, fields, unparsed: "send" },
        none: { ...nowhere, fields },
      },
    });
    await until(() => engine.snapshot().sinks.find(({ id }) => id === "none")?.leftOut === 2);
    const fateOf = (fate: LineFate | undefined, sink: string) => {
      const own = fate?.sinks.find((one) => one.sink === sink);
      return `${own?.state}: ${own?.reason}`;
    };
    const first = await until(async () => {
      const fate = await ask(1);
      return fateOf(fate, "none").startsWith("leftOut") ? fate : undefined;
    });
    assert.equal(fateOf(first, "none"), "leftOut: it did not parse (unparsed: skip)");
    assert.deepEqual(first?.sinks.find(({ sink }) => sink === "none")?.why, { code: "unparsed" });
    assert.match(fateOf(first, "inf"), /^waiting/);
    assert.equal(fateOf(await ask(2), "none"), "leftOut: it has none of the sink's fields");
    const [fate] = (await ask(1))?.sinks.filter(({ sink }) => sink === "none") ?? [];
    const text = traceText(
      { file: "a", line: 1, fates: first ? [{ ...first, sinks: fate ? [fate] : [] }] : [] },
      inEnglish,
    );
    assert.match(text, /none: not sent, the sink leaves it out: it did not parse \(unparsed: skip\)/);
  });

  it("tells of lines beyond where reading stands, before where it began, and of none", async (t) => {
    const { ask, engine, path } = await reading(t, "old\n".repeat(3), { source: { from: "end" } });
    await until(() => engine.snapshot().sources[0]?.files[0]?.state === "watching");
    appendFileSync(path, "new\n");
    await until(() => engine.snapshot().totals.lines === 1);
    await engine.drain(1_000);
    assert.equal((await ask(1))?.state, "before");
    assert.equal((await ask(4))?.state, "read");
    await engine.pause({});
    appendFileSync(path, "later\n");
    const later = await ask(5);
    assert.deepEqual([later?.state, later?.readTo], ["unread", 16]);
    await assert.rejects(ask(6), /there is no line 6: the file has 5/);
    await assert.rejects(ask(1, `${path}.none`), /can't be read/);
    assert.equal(await ask(1, join(import.meta.dirname, "where.test.ts")), undefined);
  });

  it("finds it in a rotated file, and in the copy of one that was truncated", async (t) => {
    const { ask, all, engine, path } = await reading(t, "one\ntwo\n");
    await all(2);
    await engine.drain(1_000);
    const before = await ask(2);
    renameSync(path, `${path}.1`);
    writeFileSync(path, "three\nfour\n");
    await all(4);
    assert.equal((await ask(2, `${path}.1`))?.id, before?.id);
    assert.notEqual((await ask(2))?.generation, before?.generation);
    const kept = await ask(1);
    copyFileSync(path, `${path}.copy`);
    truncateSync(path);
    writeFileSync(path, "five\n", { flag: "a" });
    await all(5);
    assert.equal((await ask(1, `${path}.copy`))?.id, kept?.id);
  });

  it("finds the record of several lines that it is in", async (t) => {
    const text = "first\n  more\n  even more\nsecond\n  too\n";
    const { ask, all, engine } = await reading(t, text, { source: { multiline: { continuation: "^ " } } });
    await all(1);
    await engine.drain(1_000);
    for (const [line, record] of [
      [1, 0],
      [3, 0],
      [4, 25],
      [5, 25],
    ] as const) {
      const fate = await ask(line);
      assert.deepEqual(
        [fate?.record, fate?.id],
        [record, `${fate?.generation}-${record.toString(36)}`],
        `line ${line}`,
      );
    }
  });

  it("counts lines of UTF-16, and takes a byte order mark for no part of the record", async (t) => {
    const { ask, all, engine, folder } = await reading(t, Buffer.from("\ufeffone\nĊtwo\nthree\n", "utf16le"));
    await all(3);
    await engine.drain(1_000);
    const ids = recordsIn(join(folder, "out")).map(({ id }) => id);
    assert.equal(ids.length, 3);
    for (const [at, id] of ids.entries()) assert.equal((await ask(at + 1))?.id, id);
  });

  it("tells why it waits, that it is a dead letter, and that it was not for a sink", async (t) => {
    const influx = await startFaultyInflux(t);
    influx.fault = refusal(400, "field type conflict");
    const { ask, engine, path } = await reading(t, "one\n", {
      source: { sinks: ["influx"] },
      sinks: { influx: { type: "influxdb", url: influx.url, database: "db" } },
    });
    await until(() => engine.snapshot().sinks.some(({ dead }) => dead === 1));
    await engine.drain(1_000);
    const [out, other] = (await settled(() => ask(1), "dead")).sinks;
    assert.deepEqual([out?.sink, other?.state], ["influx", "notRouted"]);
    assert.match(out?.reason ?? "", /400: field type conflict/);
    influx.fault = refusal(503, "busy");
    appendFileSync(path, "two\n");
    await until(() => engine.snapshot().sinks.some(({ lastError }) => lastError?.includes("busy")));
    const waiting = await ask(2);
    assert.equal(waiting?.sinks[0]?.state, "waiting");
    assert.match(waiting?.sinks[0]?.reason ?? "", /busy/);
    assert.match(
      traceText({ file: path, line: 2, fates: waiting ? [waiting] : [] }, inEnglish),
      /source a, byte 4: read, record \S+-4\n {4}influx: waiting: .*busy\n {4}out: not for this sink\n/,
    );
  });

  it("tells of a sink that is paused, or not allowed, what lets its lines go on", async (t) => {
    const { ask, engine, apply } = await reading(t, "one\n", { input: { allowed: [] } });
    await settled(() => ask(1), "delivered");
    await engine.pause({ sink: "out" });
    const sources = { a: { paths: ["a.log*"], parser: "plain", from: "start" } };
    const url = "http://192.0.2.1:8086";
    await apply({
      ...quiet,
      sources,
      sinks: { out: { type: "file", path: "out" }, db: { type: "influxdb", url, database: "d" } },
    });
    appendFileSync(join(engine.dataFolder(), "..", "a.log"), "two\n");
    const line = await until(async () => ((await ask(2))?.state === "read" ? ask(2) : undefined));
    assert.deepEqual(states(line)?.sort(), ["db consent", "out paused"]);
    const text = traceText({ file: "a", line: 2, fates: line ? [line] : [] }, inEnglish);
    assert.match(text, /out: waiting, the sink is paused: Resume in the view of sinks/);
    assert.match(
      text,
      /db: waiting, the sink is not allowed: Log Monitor: Allow….*: http:\/\/192\.0\.2\.1:8086$/m,
    );
  });

  it("does not take a line for delivered whose dead letter was deleted", async (t) => {
    const influx = await startFaultyInflux(t);
    influx.fault = refusal(400, "field type conflict");
    const { ask, engine, folder } = await reading(t, "one\n", {
      source: { sinks: ["influx"] },
      sinks: { influx: { type: "influxdb", url: influx.url, database: "db" } },
    });
    await until(() => engine.snapshot().sinks.some(({ dead }) => dead === 1));
    await engine.drain(1_000);
    await settled(() => ask(1), "dead");
    rmSync(join(folder, "data", "dead", "influx.ndjson"));
    const [influxdb] = (await settled(() => ask(1), "unsure")).sinks;
    assert.match(influxdb?.reason ?? "", /no longer among the dead letters: 1$/);
    assert.deepEqual(influxdb?.why, { code: "gone", refused: 1, gone: 1 });
  });
});
