import assert from "node:assert/strict";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fatesOf } from "../../src/engine/fates.ts";
import { UserError } from "../../src/errors.ts";
import type { StoredRecord } from "../../src/store/reader.ts";
import { openReader } from "../../src/store/reader.ts";
import { runEngine } from "../helpers/engine.ts";
import { refusal, startFaultyInflux } from "../helpers/faulty-influx.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const queryOf = ({ id, source, file, ...rest }: StoredRecord) => ({
  id,
  record: {
    ...rest,
    origin: { source, file, key: id.slice(0, id.lastIndexOf("-")) },
    precision: "ms" as const,
  },
});

describe("what became of a record of the store", () => {
  it("is told for each sink, also when its file is gone", async (t) => {
    const folder = tempFolder(t);
    const dataDir = join(folder, "data");
    const influx = await startFaultyInflux(t);
    influx.fault = refusal(400, "field type conflict");
    writeFileSync(join(folder, "a.log"), "one\n");
    const { engine, apply } = runEngine(t, folder);
    await apply({
      monitor: false,
      sources: { a: { paths: ["a.log"], parser: "plain", from: "start" } },
      sinks: {
        out: { type: "file", path: "out" },
        picky: { type: "influxdb", url: influx.url, database: "d" },
        gone: { type: "influxdb", url: "http://127.0.0.1:1", database: "d" },
        still: { type: "influxdb", url: "http://127.0.0.1:1", database: "e" },
      },
    });
    await engine.pause({ sink: "still" });
    const reader = openReader(dataDir);
    t.after(() => reader.close());
    const records = await until(() => {
      const found = reader.query({ order: "oldest" });
      return found.length === 1 ? found : undefined;
    });
    rmSync(join(folder, "a.log"));
    const [record] = records;
    const told = async () => {
      assert.ok(record);
      const fates = await fatesOf(dataDir, queryOf(record), engine.snapshot().sinks);
      return fates.map(({ sink, state }) => `${sink} ${state}`).join(", ");
    };
    const text = "gone waiting, out delivered, picky dead, still paused, store delivered";
    await until(async () => (await told()) === text, { what: text }).catch(async (cause) => {
      throw new Error(`it is told "${await told()}" instead of "${text}"`, { cause });
    });
  });

  it("is not known where nothing was ever sent, nor of a generation that was forgotten", async (t) => {
    const folder = tempFolder(t);
    const origin = { source: "a", file: "a.log", key: "0000000000000000" };
    const plain = {
      message: "m",
      raw: "m",
      error: undefined,
      level: undefined,
      fields: {},
      time: 0,
      nanos: 0,
    };
    const query = {
      id: "0000000000000000-0",
      record: { ...plain, origin, offset: 0, precision: "ms" as const },
    };
    await assert.rejects(fatesOf(folder, query, []), UserError);
    writeFileSync(join(folder, "a.log"), "one\n");
    const { engine, apply } = runEngine(t, folder);
    await apply({ monitor: false, sources: { a: { paths: ["a.log"], parser: "plain", from: "start" } } });
    await until(() => engine.snapshot().sources[0]?.lines === 1);
    await assert.rejects(fatesOf(join(folder, "data"), query, []), /no longer knows/);
  });
});
