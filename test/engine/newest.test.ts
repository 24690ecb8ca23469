import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { gzipSync } from "node:zlib";
import { parseConfig } from "../../src/config/parse.ts";
import { newestRecords } from "../../src/engine/newest.ts";
import { recordId } from "../../src/model.ts";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const sinks = { out: { type: "file", path: "out.ndjson" } };
const plain = (paths: string, more: object = {}) => ({ type: "file", paths, parser: "plain", ...more });

async function configOf(folder: string, values: object) {
  const layers = [{ origin: "workspace" as const, baseDir: folder, values: { monitor: false, ...values } }];
  const input = { layers, folders: [], trusted: true, dataDir: join(folder, "data") };
  const { config, issues } = await parseConfig(input, {});
  assert.deepEqual(issues, []);
  return config;
}

async function messages(t: TestContext, contents: Buffer | string, source: object = {}, file?: string) {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "a.log"), contents);
  const config = await configOf(folder, { sources: { a: plain("a.log", source) }, sinks });
  const { records } = await newestRecords(config, "out", 3, file && join(folder, file));
  return records.map(({ message, raw }) => (message === raw ? raw : `${message} (${raw})`));
}

describe("the newest records of a sink", () => {
  it("are the last whole lines of its files, also where nothing ever ran", async (t) => {
    assert.deepEqual(await messages(t, "1\n2\n3\r\n4\nunfinished"), ["2", "3", "4"]);
    assert.deepEqual(await messages(t, "one alone"), ["one alone"]);
    assert.deepEqual(await messages(t, ""), []);
  });

  it("begin with a whole line when the file is long", async (t) => {
    const long = "x".repeat(60_000);
    assert.deepEqual(await messages(t, `${long}\n${long}\nlast\n`), [long, "last"]);
  });

  it("are in the file's encoding, and put together where the source says so", async (t) => {
    const wide = Buffer.from("\ufeffälter\nneu\n", "utf16le");
    assert.deepEqual(await messages(t, wide), ["älter", "neu"]);
    const grouped = { multiline: { start: "^\\S" } };
    assert.deepEqual(await messages(t, "one\n  more\ntwo\n", grouped), ["one\n  more", "two"]);
  });

  it("are none of what waits for consent", async (t) => {
    const folder = tempFolder(t);
    for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.log`), `of ${name}\n`);
    const config = await configOf(folder, { sources: { a: plain("a.log"), b: plain("b.log") }, sinks });
    const waiting = { ...config.sources.get("b")!, consent: ["b.log"] };
    const held = { ...config, sources: new Map([...config.sources, ["b", waiting] as const]) };
    const { records } = await newestRecords(held, "out", 3);
    assert.deepEqual(
      records.map(({ message }) => message),
      ["of a"],
    );
  });

  it("are, for a sink that is in no configuration yet, those of sources that name no sinks", async (t) => {
    const folder = tempFolder(t);
    for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.log`), `of ${name}\n`);
    const sources = { a: plain("a.log", { sinks: ["out"] }), b: plain("b.log") };
    const { records } = await newestRecords(await configOf(folder, { sources, sinks }), undefined, 3);
    assert.deepEqual(
      records.map(({ message }) => message),
      ["of b"],
    );
  });

  it("are none of a packed file", async (t) => {
    assert.deepEqual(await messages(t, gzipSync("1\n2\n")), []);
  });

  it("are found out by auto in a file that no source reads", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "other.log"), '{"level":"error","msg":"no"}\n');
    const config = await configOf(folder, { sources: { a: plain("a.log") }, sinks });
    const { records, from } = await newestRecords(config, "out", 3, join(folder, "other.log"));
    assert.deepEqual(
      [records[0]?.level, records[0]?.message, records[0]?.origin.source],
      ["error", "no", "other"],
    );
    assert.deepEqual(from, [join(folder, "other.log")]);
    await assert.rejects(newestRecords(config, "out", 3, join(folder, "none.log")), /is not there/);
  });

  it("are of the sources that are for it, and in the order of their times", async (t) => {
    const folder = tempFolder(t);
    const line = (second: number, what: string) =>
      `${JSON.stringify({ time: new Date(1e12 + second * 1000).toISOString(), msg: what })}\n`;
    writeFileSync(join(folder, "a.log"), line(1, "a1") + line(3, "a3"));
    writeFileSync(join(folder, "b.log"), line(2, "b2") + line(4, "b4"));
    writeFileSync(join(folder, "c.log"), line(9, "c9"));
    const source = (name: string, more: object = {}) => plain(`${name}.log`, { parser: "json", ...more });
    const sources = {
      a: source("a"),
      b: source("b", { sinks: ["out"] }),
      c: source("c", { sinks: ["store"] }),
    };
    const config = await configOf(folder, { sources, sinks });
    const { records } = await newestRecords(config, "out", 3);
    assert.deepEqual(
      records.map(({ message }) => message),
      ["b2", "a3", "b4"],
    );
  });

  it("bear the ids that they are sent with, and come from the store when their file is gone", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "1\n2\n3\n4\n");
    const values = { sources: { a: plain("a.log", { from: "start" }) }, sinks };
    const { engine, apply } = runEngine(t, folder);
    await apply({ monitor: false, ...values });
    const had = (id: string) => engine.snapshot().sinks.find((sink) => sink.id === id)?.delivered;
    await until(() => had("store") === 4 && had("out") === 4, { timeout: 60_000 });
    const config = await configOf(folder, values);
    const [{ generation } = { generation: "" }] = engine.checkpoints();
    const ids = (records: Awaited<ReturnType<typeof newestRecords>>["records"]) => records.map(recordId);
    const fromFile = await newestRecords(config, "out", 2);
    assert.deepEqual(ids(fromFile.records), [`${generation}-4`, `${generation}-6`]);
    assert.deepEqual(fromFile.from, [join(folder, "a.log")]);
    rmSync(join(folder, "a.log"));
    const fromStore = await newestRecords(config, "out", 2);
    assert.deepEqual(ids(fromStore.records), ids(fromFile.records));
    assert.deepEqual(fromStore.from, ["store"]);
  });
});
