import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, apis, influxdb, quiet, sinkOf } from "./influx.ts";

describe("the sink influxdb, when a real InfluxDB refuses records", () => {
  it("S3: finds the record that InfluxDB refuses, and delivers all others", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, '{"value":1}\n');
    const { engine, apply } = runEngine(t, folder);
    const sink = { ...apis.v1(influx), measurement: "m", tags: {}, fields: { value: "value" } };
    await apply({
      ...quiet,
      sources: { access: { ...access.access, parser: "json" } },
      sinks: { influx: sink },
    });
    await until(() => sinkOf(engine).delivered === 1);
    const values = Array.from({ length: 500 }, (_, at) => (at === 137 || at === 400 ? "poison" : at));
    appendFileSync(file, values.map((value) => `${JSON.stringify({ value })}\n`).join(""));
    await until(() => sinkOf(engine).delivered + sinkOf(engine).dead === 501);
    const rows = await influx.query("SELECT value FROM m");
    const numbers = values.filter((value) => typeof value === "number");
    assert.deepEqual(
      rows.map(({ value }) => Number(value)).sort((a, b) => a - b),
      [...numbers, 1].sort((a, b) => a - b),
    );
    const dead = readFileSync(join(folder, "data", "dead", "influx.ndjson"), "utf8")
      .trimEnd()
      .split("\n");
    const buried = dead.map((line) => JSON.parse(line));
    assert.deepEqual(
      buried.map(({ record }) => record.raw),
      ['{"value":"poison"}', '{"value":"poison"}'],
    );
    assert.match(buried[0].reason, /field type conflict.*value/);
    assert.match(sinkOf(engine).lastError ?? "", /InfluxDB answered 400: .*field type conflict/);
    assert.equal(sinkOf(engine).state, "running");
  });

  it("finds it as well when InfluxDB repeats it with control characters in a header", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const folder = tempFolder(t);
    const values = Array.from({ length: 20 }, (_, at) => ({ name: `a\u0001b`, value: at === 7 ? 1e30 : at }));
    writeFileSync(join(folder, "a.log"), values.map((value) => `${JSON.stringify(value)}\n`).join(""));
    const { engine, apply } = runEngine(t, folder);
    const fields = { value: { from: "value", type: "integer" } };
    await apply({
      ...quiet,
      sources: { access: { ...access.access, parser: "json" } },
      sinks: { influx: { ...apis.v1(influx), measurement: "m", tags: { name: "name" }, fields } },
    });
    await until(() => sinkOf(engine).delivered + sinkOf(engine).dead === 20, {
      what: "each record to be delivered or buried",
    });
    assert.equal(sinkOf(engine).dead, 1);
    assert.equal(await influx.count("m"), 19);
    assert.match(sinkOf(engine).lastError ?? "", /InfluxDB answered 400: unable to parse/);
  });
});
