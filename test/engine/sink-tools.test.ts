import assert from "node:assert/strict";
import { readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { trySink } from "../../src/engine/try-sink.ts";
import { runEngine } from "../helpers/engine.ts";
import { type FaultyInflux, refusal, startFaultyInflux } from "../helpers/faulty-influx.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const LINES = 30;

/** An engine that has delivered some lines to a server and a file. */
async function delivered(t: TestContext, { store = true } = {}) {
  const influx = await startFaultyInflux(t);
  const folder = tempFolder(t);
  const line = (at: number) => ({
    time: new Date(Date.now() - 60_000 + at).toISOString(),
    msg: `line ${at}`,
  });
  const lines = Array.from({ length: LINES }, (_, at) => `${JSON.stringify(line(at))}\n`);
  writeFileSync(join(folder, "a.log"), lines.join(""));
  const running = runEngine(t, folder);
  await running.apply({
    store,
    monitor: false,
    sources: { a: { type: "file", paths: "a.log", parser: "json", from: "start" } },
    sinks: {
      influx: { type: "influxdb", url: influx.url, user: "u", password: "canary-77", database: "db" },
      out: { type: "file", path: "out.ndjson" },
    },
  });
  const { engine } = running;
  const has = (id: string): number => engine.snapshot().sinks.find((sink) => sink.id === id)?.delivered ?? 0;
  const all = ["influx", "out", ...(store ? ["store"] : [])];
  await until(() => all.every((id) => has(id) === LINES), { timeout: 60_000, what: "delivery" });
  return { engine, influx, folder, out: join(folder, "out.ndjson") };
}

const paused = async (influx: FaultyInflux, act: () => Promise<unknown>): Promise<number> => {
  const before = influx.points.size;
  await act();
  return influx.points.size - before;
};

describe("the test of a connection", () => {
  it("says who answered, and sends no record", async (t) => {
    const { engine, influx } = await delivered(t);
    const more = await paused(influx, async () => {
      const { good, text } = await engine.sinks.test({ sink: "influx" });
      assert.ok(good, text);
      assert.ok(text.includes(`${influx.url} database db`), text);
    });
    assert.equal(more, 0);
    assert.ok((await engine.sinks.test({ sink: "out" })).good);
    assert.ok((await engine.sinks.test({ sink: "store" })).good);
  });

  it("says what is wrong and what to do about it, without the password", async (t) => {
    const { engine, influx } = await delivered(t);
    influx.fault = refusal(401, "authorization failed");
    const { good, text } = await engine.sinks.test({ sink: "influx" });
    assert.equal(good, false);
    assert.match(text, /check user and password/);
    assert.doesNotMatch(text, /canary/);
  });

  it("leaves nothing behind where a file would be made", async (t) => {
    const folder = tempFolder(t);
    const sink = { id: "s", type: "file", baseDir: folder, options: { path: "new/out.ndjson" } };
    const { good, text } = await trySink(sink, folder);
    assert.ok(good, text);
    assert.deepEqual(readdirSync(folder), []);
  });

  it("ends in time when nobody answers, and at once when it is given up", async (t) => {
    const sockets = new Set<{ destroy(): void }>();
    const server = createServer((socket) => sockets.add(socket)).listen(0, "127.0.0.1");
    t.after(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    await new Promise((done) => server.once("listening", done));
    const { port } = server.address() as { port: number };
    const url = `http://127.0.0.1:${port}`;
    const options = { url, database: "db", timeout: 60_000, gzip: true, measurement: "m", unparsed: "send" };
    const sink = { id: "s", type: "influxdb", baseDir: "/", options };
    const late = await trySink(sink, tempFolder(t), { patience: 200 });
    assert.deepEqual(late, { sink: "s", good: false, text: "no answer within 0.2 s" });
    const given = new AbortController();
    const under = trySink(sink, tempFolder(t), { signal: given.signal });
    given.abort();
    await assert.rejects(under, /the test of s was cancelled/);
  });

  it("is of a sink that is there", async (t) => {
    const { engine } = await delivered(t);
    await assert.rejects(engine.sinks.test({ sink: "none" }), /there is no sink none/);
  });
});

describe("the preview of a sink", () => {
  it("shows the newest records to the letter as they are sent, and sends nothing", async (t) => {
    const { engine, influx, out } = await delivered(t);
    const more = await paused(influx, async () => {
      const { text } = await engine.sinks.preview({ sink: "influx" });
      const sent = [...influx.points.values()].slice(-10);
      assert.ok(text.endsWith(`\n\nPOST /write?db=db&precision=ns\n\n${sent.join("\n")}\n`), text);
      assert.match(
        text,
        /^Sink influx \(influxdb\): http:\S+ database db\nThe 10 newest records of \S+a\.log,/,
      );
      assert.doesNotMatch(text, /canary/);
    });
    assert.equal(more, 0);
    const { text } = await engine.sinks.preview({ sink: "out" });
    const shown = text.split("\n\n")[1]?.trimEnd().split("\n") ?? [];
    assert.deepEqual(
      shown.map((line) => JSON.parse(line)),
      recordsIn(out).slice(-10),
    );
  });
});

describe("a replay from a time", () => {
  it("sends a running sink again what the store holds, which has the effect of once", async (t) => {
    const { engine, influx } = await delivered(t);
    const before = new Map(influx.points);
    const writes = influx.writes.length;
    const sent = await engine.sinks.replaySince({ sink: "influx", since: Date.now() - 3_600_000 });
    assert.deepEqual(sent, { records: LINES, twice: false });
    const count = (): number => influx.writes.slice(writes).reduce((sum, { lines }) => sum + lines, 0);
    await until(() => count() === LINES, { timeout: 60_000 });
    assert.deepEqual(influx.points, before);
  });

  it("asks first where a sink would have the records twice", async (t) => {
    const { engine, out } = await delivered(t);
    const since = Date.now() - 3_600_000;
    assert.deepEqual(await engine.sinks.replaySince({ sink: "out", since }), { records: 0, twice: true });
    const sent = await engine.sinks.replaySince({ sink: "out", since, twice: true });
    assert.deepEqual(sent, { records: LINES, twice: false });
    await until(() => recordsIn(out).length === 2 * LINES, { timeout: 60_000 });
  });

  it("sends nothing of a time of which nothing is held", async (t) => {
    const { engine } = await delivered(t);
    const sent = await engine.sinks.replaySince({ sink: "influx", since: Date.now() + 60_000 });
    assert.deepEqual(sent, { records: 0, twice: false });
  });

  it("says what is missing", async (t) => {
    const { engine } = await delivered(t, { store: false });
    const since = 0;
    await assert.rejects(engine.sinks.replaySince({ sink: "influx", since }), /the embedded store is off/);
    await assert.rejects(engine.sinks.replaySince({ sink: "none", since }), /there is no sink none/);
  });
});
