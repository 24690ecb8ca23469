import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { type FaultyInflux, startFaultyInflux } from "../helpers/faulty-influx.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { within } from "../helpers/within.ts";

/** How long (ms) a reload may take on a busy machine while a sink is hung: nothing of it is waited for. */
const PROMPT = 20_000;

const rawsIn = (file: string): string[] => recordsIn(file).map(({ raw }) => raw);
const messagesAt = ({ points }: FaultyInflux): string[] =>
  [...points.values()].map((point) => /message="([^"]*)"/.exec(point)?.[1] ?? point);

/** An engine with a healthy sink and one whose server takes requests and never answers. */
async function setUp(t: TestContext) {
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  const server = await startFaultyInflux(t);
  const { engine, apply } = runEngine(t, folder);
  const written: string[] = [];
  const write = (count: number): void => {
    const lines = Array.from({ length: count }, (_, at) => `line ${written.length + at}`);
    appendFileSync(log, lines.map((line) => `${line}\n`).join(""));
    written.push(...lines);
  };
  const source = { paths: "a.log", parser: "plain", from: "start" };
  const influx = { type: "influxdb", url: server.url, database: "db" };
  const values = {
    monitor: false,
    store: false,
    sources: { a: source },
    sinks: { out: { type: "file", path: "out" }, influx },
  };
  writeFileSync(log, "");
  const sinkOf = (id: string) => engine.snapshot().sinks.find((sink) => sink.id === id);
  const sourceOf = (id: string) => engine.snapshot().sources.find((one) => one.id === id);
  /** The server hangs with records of the sink in flight. */
  const hang = async (): Promise<void> => {
    server.fault = () => {};
    const { length } = server.writes;
    write(500);
    await until(() => server.writes.length > length && (sinkOf("influx")?.inFlight ?? 0) > 0);
  };
  /** It answers again, and what hung is broken off. */
  const recover = async (): Promise<void> => {
    server.fault = undefined;
    await server.down();
    await server.up();
  };
  const out = join(folder, "out");
  const healthy = (): Promise<unknown> =>
    until(() => rawsIn(out).length >= written.length, { what: "the healthy sink" });
  const all = async (): Promise<void> => {
    await healthy();
    assert.deepEqual(rawsIn(out), written);
    await until(() => server.points.size >= written.length, { what: "the sink that was down" });
    assert.deepEqual(messagesAt(server).toSorted(), written.toSorted());
  };
  const reload = (next: object) => within(PROMPT, apply({ ...values, ...next }));
  return {
    folder,
    out,
    server,
    engine,
    apply,
    values,
    source,
    influx,
    write,
    hang,
    recover,
    healthy,
    all,
    reload,
    sinkOf,
    sourceOf,
    written,
  };
}

describe("reload under load", () => {
  it("R1: with a sink down and its records in flight is prompt, stalls no source and loses nothing", async (t) => {
    const { apply, values, source, hang, write, healthy, all, reload, sourceOf, recover } = await setUp(t);
    await apply(values);
    await hang();
    await reload({ sources: { a: source, b: { ...source, paths: "b.log" } } });
    write(500);
    await healthy();
    await reload({ sources: { a: { ...source, parser: { type: "regex", pattern: "(?<message>.*)" } } } });
    write(500);
    await healthy();
    assert.equal(sourceOf("a")?.state, "watching");
    await recover();
    await reload({});
    await all();
  });

  it("R1: replaces or removes the very sink that hangs, and the others never wait", async (t) => {
    const { apply, values, influx, server, hang, write, healthy, all, reload, written, recover } =
      await setUp(t);
    await apply(values);
    await hang();
    await reload({ sinks: { ...values.sinks, influx: { ...influx, measurement: "other" } } });
    write(500);
    await healthy();
    await recover();
    await all();
    await hang();
    await reload({ sinks: { out: values.sinks.out } });
    write(100);
    await healthy();
    assert.ok(server.points.size < written.length);
  });

  it("R2: every part of the configuration is reloaded, none silently kept", async (t) => {
    const { folder, engine, apply, values, source, out, write, healthy, sinkOf, sourceOf } = await setUp(t);
    await apply({ ...values, sinks: { out: values.sinks.out } });
    write(2);
    await healthy();
    const now = { ...values, sinks: { out: values.sinks.out } };
    const next = async (change: object): Promise<void> => {
      const { issues } = await apply(Object.assign(now, change));
      assert.deepEqual(issues, []);
    };
    await next({ spool: { maxBytes: "5MiB", whenFull: "dropOldest" } });
    assert.equal(engine.snapshot().spool.capacity, 5 << 20);
    await next({ monitor: { port: 0 } });
    const { address } = engine.snapshot().monitor ?? {};
    assert.equal((await fetch(`${address}/monitor`)).status, 200);
    await next({ monitor: false });
    await assert.rejects(fetch(`${address}/monitor`));
    await next({ store: { maxBytes: "100MiB", maxAge: "2d" } });
    assert.ok(sinkOf("store"));
    await next({ store: false });
    assert.equal(sinkOf("store"), undefined);
    await next({ sources: { a: { ...source, parser: "logfmt" } } });
    assert.equal(sourceOf("a")?.parser, "logfmt");
    await next({ sources: { a: { ...source, sinks: [] } } });
    write(1);
    await until(() => sourceOf("a")?.lines === 3);
    await engine.drain();
    assert.equal(rawsIn(out).length, 2);
    await next({ sources: { a: { ...source, enabled: false } } });
    assert.equal(sourceOf("a")?.state, "stopped");
    await next({ sources: { a: source } });
    await next({ sinks: { out: { type: "file", path: "moved" } } });
    write(1);
    await until(() => rawsIn(join(folder, "moved")).length === 1);
    assert.equal(sinkOf("out")?.target, join(folder, "moved"));
    await next({ sources: { a: { ...source, paths: "other.log" } } });
    writeFileSync(join(folder, "other.log"), "from another\n");
    await until(() => rawsIn(join(folder, "moved")).includes("from another"));
    await next({ sources: { a: { ...source, paths: "*.log", exclude: ["other.log"] } } });
    appendFileSync(join(folder, "other.log"), "left out\n");
    write(1);
    await until(() => rawsIn(join(folder, "moved")).length === 3);
    assert.ok(!rawsIn(join(folder, "moved")).includes("left out"));
  });

  it("R3: one that is refused, or fails half-way, stands in the way of none after it", async (t) => {
    const { folder, apply, values, source, hang, write, all, reload, recover } = await setUp(t);
    await apply(values);
    await hang();
    writeFileSync(join(folder, "no-folder"), "");
    const bad = [
      { sources: { a: { ...source, parser: "nonsense" } } },
      { sinks: { ...values.sinks, more: { type: "influxdb" } } },
      { dataDir: join(folder, "no-folder") },
      { sources: "none", sinks: 7 },
    ];
    for (const values of bad) assert.notEqual((await reload(values)).issues.length, 0);
    await recover();
    const { issues } = await reload({ sources: { a: source, b: { ...source, paths: "b.log" } } });
    assert.deepEqual(issues, []);
    writeFileSync(join(folder, "b.log"), "");
    write(10);
    await all();
  });

  it("R4: of two close together both come to an end, the last is in force, and lines still parse", async (t) => {
    const { folder, engine, apply, values, source, out, sourceOf } = await setUp(t);
    const json = { ...source, parser: "json" };
    await apply(values);
    const sinks = { out: values.sinks.out };
    const [first, second, third] = await within(
      PROMPT,
      Promise.all([
        apply({ ...values, sinks, sources: { a: json, b: { ...json, paths: "b.log" } } }),
        apply({ ...values, sinks, sources: {} }),
        apply({ ...values, sinks, sources: { a: json } }),
      ]),
    );
    assert.deepEqual([first.issues, second.issues, third.issues], [[], [], []]);
    assert.deepEqual(
      engine.snapshot().sources.map(({ id }) => id),
      ["a"],
    );
    appendFileSync(join(folder, "a.log"), '{"message":"parsed","n":1}\n');
    await until(() => recordsIn(out).length === 1);
    assert.equal(sourceOf("a")?.unparsed, 0);
    assert.equal(sourceOf("a")?.parser, "json");
  });

  it("R5: starts a changed source on the same file while its records are in flight", async (t) => {
    const { engine, apply, values, source, hang, write, healthy, all, reload, sourceOf, recover } =
      await setUp(t);
    await apply(values);
    await hang();
    for (const partialAfter of [200, 300, 400]) {
      await reload({ sources: { a: { ...source, partialAfter } } });
      assert.equal(sourceOf("a")?.state, "watching");
      write(300);
      await healthy();
      await within(PROMPT, engine.stop({ source: "a" }));
      write(300);
      await within(PROMPT, engine.start({ source: "a" }));
      await healthy();
    }
    await recover();
    engine.start({});
    await all();
  });

  it("R7: replaces the sink that readers wait for at the bound of the spool", async (t) => {
    const { engine, apply, values, influx, server, write, written, sourceOf, recover } = await setUp(t);
    const only = (sink: object, maxBytes: string) =>
      within(PROMPT, apply({ ...values, sinks: { influx: sink }, spool: { maxBytes, whenFull: "block" } }));
    await only(influx, "1KiB");
    server.fault = () => {};
    write(500);
    await until(() => server.writes.length > 0);
    for (let at = 0; at < 10; at++) write(20_000);
    let before = -1;
    const standsStill = (): boolean => {
      const now = sourceOf("a")?.lines ?? 0;
      const same = now === before;
      before = now;
      return same;
    };
    await until(standsStill, { every: 1_000, what: "readers that wait" });
    assert.ok(before < written.length, "the readers do not wait");
    await only({ ...influx, measurement: "fresh" }, "1KiB");
    await recover();
    await only({ ...influx, measurement: "newer" }, "1MiB");
    await until(() => sourceOf("a")?.lines === written.length, { timeout: 30_000 });
    await engine.drain();
    assert.deepEqual(new Set(messagesAt(server)), new Set(written));
    assert.equal(sourceOf("a")?.files[0]?.path.endsWith("a.log"), true);
  });

  it("R8: no change of a source's settings has a line read again", async (t) => {
    const { apply, values, source, out, write, healthy, written } = await setUp(t);
    const sinks = { out: values.sinks.out };
    await apply({ ...values, sinks });
    const changes = [
      { ignoreOlder: "1h" },
      { ignoreOlder: "2h" },
      { from: "end" },
      { from: "start", paths: ["a.log", "b.log"] },
      { paths: "*.log", exclude: ["c.log"] },
      { parser: "logfmt" },
      { parser: "plain", timezone: "Asia/Shanghai" },
      { partialAfter: 500 },
      { maxLineBytes: "2KiB" },
      { enabled: false },
      { enabled: true },
      {},
    ];
    for (const change of changes) {
      write(50);
      await apply({ ...values, sinks, sources: { a: { ...source, ...change } } });
      write(50);
    }
    await healthy();
    // Anything read twice would come before what is written last.
    write(1);
    await healthy();
    assert.deepEqual(rawsIn(out), written);
  });

  it("R8: a source that was away goes on where it was", async (t) => {
    const { apply, values, source, out, write, healthy, written } = await setUp(t);
    const sinks = { out: values.sinks.out };
    await apply({ ...values, sinks });
    write(100);
    await healthy();
    await apply({ ...values, sinks, sources: {} });
    write(100);
    await apply({ ...values, sinks, sources: { a: source } });
    await healthy();
    assert.deepEqual(rawsIn(out), written);
  });
});
