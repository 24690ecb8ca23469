import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { unavailable } from "../../helpers/require.ts";
import { quoted } from "../../helpers/services/influx-query.ts";
import { type Influxdb, startInfluxdb } from "../../helpers/services/influxdb.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, appendAccess, auth, quiet, sinkOf } from "./influx.ts";

const PATIENCE = { timeout: 60_000 };

describe("the sink influxdb, at a real InfluxDB that asks who is there", () => {
  let influx: Influxdb | undefined;
  let failure: unknown;
  before(async () => {
    try {
      influx = await startInfluxdb({ auth });
    } catch (error) {
      failure = error;
    }
  });
  after(() => influx?.close());

  const signedIn = (url: string, database: string) => ({ type: "influxdb", url, ...auth, database });

  it("creates the database that is asked for, whatever its name, and writes to it packed", async (t) => {
    if (!influx) return unavailable(t, "InfluxDB", failure);
    const database = `we"ird näme ${influx.database}`;
    const folder = tempFolder(t);
    const lines = appendAccess(join(folder, "a.log"), 500, 1);
    const { engine, apply } = runEngine(t, folder);
    const sink = { ...signedIn(influx.url, database), createDatabase: true, gzip: true };
    await apply({ ...quiet, sources: access, sinks: { influx: sink } });
    await until(() => sinkOf(engine).delivered === lines.length, { ...PATIENCE, what: "the lines" });
    assert.equal(await influx.count("nginx_log", { database }), lines.length);

    await influx.query(`DROP DATABASE ${quoted(database)}`, "");
    const more = appendAccess(join(folder, "a.log"), 100, 2);
    await until(() => sinkOf(engine).delivered === lines.length + more.length, {
      ...PATIENCE,
      what: "the lines after the database was dropped",
    });
    assert.equal(await influx.count("nginx_log", { database }), more.length);
    await influx.query(`DROP DATABASE ${quoted(database)}`, "");
  });

  it("writes to the retention policy, and buries the lines that are too old for it, with the reason", async (t) => {
    if (!influx) return unavailable(t, "InfluxDB", failure);
    await influx.query(
      `CREATE RETENTION POLICY "short" ON ${quoted(influx.database)} DURATION 2h REPLICATION 1 SHARD DURATION 1h`,
    );
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const fresh = appendAccess(file, 100, 1);
    appendAccess(file, 2, 2, Date.now() - 86_400_000);
    fresh.push(...appendAccess(file, 100, 3));
    const { engine, apply } = runEngine(t, folder);
    const sink = { ...signedIn(influx.url, influx.database), retentionPolicy: "short", measurement: "kept" };
    await apply({ ...quiet, sources: access, sinks: { influx: sink } });
    await until(() => sinkOf(engine).delivered + sinkOf(engine).dead === 202, {
      ...PATIENCE,
      what: "each line",
    });
    assert.equal(sinkOf(engine).dead, 2);
    const [row] = await influx.query('SELECT COUNT("BytesSent") FROM "short"."kept"');
    assert.equal(Number(row?.count), fresh.length);
    const letters = readFileSync(join(folder, "data", "dead", "influx.ndjson"), "utf8")
      .trimEnd()
      .split("\n");
    for (const letter of letters) {
      assert.match(JSON.parse(letter).reason, /partial write: points beyond retention policy dropped=1/);
    }
  });

  it("holds a tag to its bound, tells how many values it folded, and folds the same after a restart", async (t) => {
    if (!influx) return unavailable(t, "InfluxDB", failure);
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const lines = (from: number, to: number): string =>
      Array.from({ length: to - from }, (_, at) => `{"user":"u${from + at}","n":1}\n`).join("");
    writeFileSync(file, lines(0, 300));
    const sink = {
      ...signedIn(influx.url, influx.database),
      measurement: "bounded",
      tags: { user: "user" },
      fields: { n: "n" },
      maxTagValues: 100,
    };
    const configuration = {
      ...quiet,
      sources: { access: { ...access.access, parser: "json" } },
      sinks: { influx: sink },
    };
    const values = async (): Promise<string[]> => {
      const rows = await (influx as Influxdb).query('SHOW TAG VALUES FROM "bounded" WITH KEY = "user"');
      return rows.map(({ value }) => String(value)).sort();
    };
    const first = runEngine(t, folder);
    await first.apply(configuration);
    await until(() => sinkOf(first.engine).delivered === 300, { ...PATIENCE, what: "the lines" });
    const known = await values();
    assert.equal(known.length, 101);
    assert.ok(known.includes("_other"));
    assert.equal(await influx.count("bounded"), 300, "each line is a point of its own");
    assert.equal(sinkOf(first.engine).folded, 200);
    const { problems } = first.engine.snapshot();
    assert.match(
      problems.join(),
      /sink influx: tag user has 100 values, and 200 others were written as _other/,
    );
    await first.engine.close();

    appendFileSync(file, lines(250, 400));
    const second = runEngine(t, folder);
    await second.apply(configuration);
    await until(() => sinkOf(second.engine).delivered === 150, { ...PATIENCE, what: "the new lines" });
    assert.deepEqual(await values(), known);
    assert.equal(await influx.count("bounded"), 450);
  });
});
