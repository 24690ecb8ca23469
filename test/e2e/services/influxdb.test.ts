import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import fc from "fast-check";
import { runEngine } from "../../helpers/engine.ts";
import { deadPort } from "../../helpers/port.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, apis, appendAccess, assertPoints, drained, influxdb, quiet, sinkOf } from "./influx.ts";
import { startRelay } from "./relay.ts";

const SAMPLE =
  '172.0.0.12 - - [04/Mar/2018:13:49:52 +0000] http "GET /foo?query=t HTTP/1.0" 200 2133 "-" "KeepAliveClient" "-" 1.005 1.854';

/** A tag has no place for line ends, nor for a backslash at its end or a single one before its separators. */
function tagOf(text: string): string {
  return text
    .replace(/[\n\r\t]/g, " ")
    .replace(/\\$/, "\\ ")
    .replace(/(?<!\\)(\\\\)*\\(?=[,= ])/g, "$&\\");
}

describe("the sink influxdb, on a real InfluxDB", () => {
  for (const [name, sink] of Object.entries(apis)) {
    for (const gzip of [false, true]) {
      it(`makes each line a point with the line's values by ${name}${gzip ? ", packed" : ""}`, async (t) => {
        const influx = await influxdb(t);
        if (!influx) return;
        const folder = tempFolder(t);
        // Seconds of their own, the same second for all, and years ago.
        const lines = [3, 2, 1, 0].flatMap((ago) =>
          appendAccess(join(folder, "a.log"), 2500, ago, Date.now() - ago * 86_400_000),
        );
        const { engine, apply } = runEngine(t, folder);
        const influxSink = { ...sink(influx), gzip };
        const { issues } = await apply({ ...quiet, sources: access, sinks: { influx: influxSink } });
        assert.deepEqual(issues, []);
        lines.push(...appendAccess(join(folder, "a.log"), 2500, 7));
        await drained(engine);
        await assertPoints(influx, lines);
        assert.equal(sinkOf(engine).delivered, lines.length);
      });
    }

    it(`L10: keeps hundreds of lines of the same second and tags apart, in several files, by ${name}`, async (t) => {
      const influx = await influxdb(t);
      if (!influx) return;
      const folder = tempFolder(t);
      const line = (at: number) => SAMPLE.replace("1.854", `${at / 1000}`);
      const same = Array.from({ length: 400 }, (_, at) => line(at));
      // Also lines that are the same to the last character.
      const lines = [...same, ...same, SAMPLE, SAMPLE, SAMPLE.replace("HTTP/1.0", "HTTP:1.0")];
      for (const file of ["a.log", "b.log", "c.log"])
        writeFileSync(join(folder, file), `${lines.join("\n")}\n`);
      const { engine, apply } = runEngine(t, folder);
      await apply({ ...quiet, sources: access, sinks: { influx: sink(influx) } });
      await drained(engine);
      await assertPoints(influx, [...lines, ...lines, ...lines]);
    });
  }

  it("leaves out what a line does not have", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const folder = tempFolder(t);
    const lines = [SAMPLE, SAMPLE.replace("1.005 1.854", "- 1.854"), SAMPLE.replace("1.005 1.854", "- -")];
    writeFileSync(join(folder, "a.log"), `${lines.join("\n")}\nno such format\n`);
    const { engine, apply } = runEngine(t, folder);
    await apply({ ...quiet, sources: access, sinks: { influx: apis.v1(influx) } });
    await drained(engine);
    await assertPoints(influx, lines);
  });

  it("brings any text through as tag and as field (property)", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "");
    const { engine, apply } = runEngine(t, folder);
    const mapping = {
      measurement: "m, =x",
      tags: { "t, =": "word", u: "other" },
      fields: { "f, =": "word", n: "n" },
    };
    await apply({
      ...quiet,
      sources: { access: { ...access.access, parser: "json" } },
      sinks: { influx: { ...apis.v1(influx), ...mapping } },
    });
    const unit = fc.constantFrom(..."aé日😀,= \\\"'\n\r\t#/|`$\u0001", "\\n", "\\,", "\\ ", '\\="');
    const word = fc.string({ unit, minLength: 1, maxLength: 8 });
    let n = 0;
    const words = new Map<number, [word: string, other: string]>();
    const pairs = fc.array(fc.tuple(word, word), { minLength: 200, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(pairs, async (some) => {
        for (const [word, other] of some) {
          words.set(++n, [word, other]);
          appendFileSync(file, `${JSON.stringify({ word, other, n })}\n`);
        }
        await drained(engine);
        const rows = await influx.query(`SELECT * FROM "m, =x"`);
        assert.equal(rows.length, words.size);
        for (const row of rows) {
          const [word = "", other = ""] = words.get(Number(row.n)) ?? [];
          assert.equal(row["f, ="], word);
          assert.equal(row["t, ="], tagOf(word));
          assert.equal(row.u, tagOf(other));
        }
      }),
      { numRuns: 5, endOnFailure: true },
    );
  });

  it("L10: writes the same points again when an answer is lost", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const relay = await startRelay(t, influx.url);
    const folder = tempFolder(t);
    const lines = appendAccess(join(folder, "a.log"), 3000, 1);
    const { engine, apply } = runEngine(t, folder);
    relay.mode = "lose";
    const dsn = influx.dsn().replace(influx.url, relay.url);
    await apply({ ...quiet, sources: access, sinks: { influx: { type: "influxdb", dsn } } });
    await until(() => relay.taken > lines.length);
    assert.equal(sinkOf(engine).delivered, 0);
    relay.mode = "pass";
    await drained(engine);
    await assertPoints(influx, lines);
  });

  it("L10: writes the same points again when its cursor goes back", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const folder = tempFolder(t);
    const lines = appendAccess(join(folder, "a.log"), 3000, 1);
    // A sink that is down holds what the other one has passed.
    const holding = { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` };
    const configuration = { ...quiet, sources: access, sinks: { influx: apis.v2(influx), holding } };
    for (const turn of ["first", "again"]) {
      const { engine, apply } = runEngine(t, folder);
      await apply(configuration);
      await until(() => sinkOf(engine).delivered === lines.length, { what: `${turn}: all delivered` });
      await assertPoints(influx, lines);
      await engine.close();
      const db = new DatabaseSync(join(folder, "data", "spool.db"));
      db.exec("UPDATE cursors SET seq = 0 WHERE sink = 'influx'");
      db.close();
    }
  });
});
