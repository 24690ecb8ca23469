import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import type { TestContext } from "node:test";
import { createLines } from "../../../src/cli/lines.ts";
import type { Engine } from "../../../src/engine/engine.ts";
import type { SinkFigures } from "../../../src/model.ts";
import { unavailable } from "../../helpers/require.ts";
import { type Influxdb, type InfluxdbOptions, startInfluxdb } from "../../helpers/services/influxdb.ts";

/** Every character that one of the two ways to sign in could trip over. */
export const auth = { user: "imooc", password: "imooc@pass:'\"\\ü" };
/** The engine without what these tests don't look at. */
export const quiet = { monitor: false, store: false };
/** The sources of most of these tests: access logs of a folder. */
export const access = { access: { paths: "*.log", parser: "nginx", from: "start" } };

/** A real InfluxDB that asks who is there; undefined, and the test left out, where none can be had. */
export async function influxdb(t: TestContext, options: InfluxdbOptions = {}): Promise<Influxdb | undefined> {
  try {
    const influx = await startInfluxdb({ auth, ...options });
    t.after(() => influx.close());
    return influx;
  } catch (error) {
    unavailable(t, "InfluxDB", error);
    return undefined;
  }
}

/** The sink's options for each of the two APIs that InfluxDB 1.8 has. */
export const apis = {
  v1: (influx: Influxdb) => ({ type: "influxdb", dsn: influx.dsn() }),
  v2: (influx: Influxdb) => {
    const { user, password } = influx.auth ?? auth;
    const token = `${user}:${password}`;
    return { type: "influxdb", url: influx.url, org: "any", bucket: `${influx.database}/autogen`, token };
  },
};

/** Appends `count` lines of the nginx format to a file, all of the same second, and returns them. */
export function appendAccess(file: string, count: number, seed: number, time = Date.now()): string[] {
  const line = createLines("nginx", seed);
  const lines = Array.from({ length: count }, () => line(time));
  appendFileSync(file, lines.map((one) => `${one}\n`).join(""));
  return lines;
}

const LINE =
  /^\S+ \S+ .+? \[(\d\d)\/(\w{3})\/(\d{4}):(\S+) (\S+)\] (\S+) "(\S+) ([^?"\s]+)\S* [^"]+" (\d{3}) (\d+) "[^"]*" "[^"]*" "[^"]*" (\S+) (\S+)$/;

/** What the point of a line must hold, read by the seed's expression and not by the product. */
function expected(line: string): string {
  const [, day, month, year, clock, zone, scheme, method, path, status, bytes, upstream, total] =
    LINE.exec(line) ?? assert.fail(`not a line of the format: ${line}`);
  const second = Date.parse(`${day} ${month} ${year} ${clock} ${zone}`) / 1000;
  const number = (text = "-"): number | null => (text === "-" ? null : Number(text));
  return JSON.stringify([
    second,
    path,
    method,
    scheme,
    status,
    number(upstream),
    number(total),
    number(bytes),
  ]);
}

/** Asserts that InfluxDB holds one point for each of the lines with the very values of the line, and no other. */
export async function assertPoints(influx: Influxdb, lines: readonly string[]): Promise<void> {
  const rows = await influx.query("SELECT * FROM nginx_log");
  const points = rows.map(({ time = 0n, ...row }) =>
    JSON.stringify([
      Number(time / 1_000_000_000n),
      ...[row.Path, row.Method, row.Scheme, row.Status, row.UpstreamTime, row.RequestTime, row.BytesSent],
    ]),
  );
  assert.equal(points.length, lines.length, "as many points as lines");
  const left = new Map<string, number>();
  for (const point of lines.map(expected)) left.set(point, (left.get(point) ?? 0) + 1);
  for (const point of points) left.set(point, (left.get(point) ?? 0) - 1);
  const wrong = [...left].filter(([, count]) => count !== 0);
  assert.deepEqual(
    wrong.slice(0, 4),
    [],
    `${wrong.length} values without their line, or lines without a point`,
  );
}

/** The figures of a sink. */
export function sinkOf(engine: Engine, id = "influx"): SinkFigures {
  return engine.snapshot().sinks.find((sink) => sink.id === id) ?? assert.fail(`no sink ${id}`);
}

/** Delivers all that has been written, and asserts that nothing was left or refused. */
export async function drained(engine: Engine): Promise<void> {
  const { undelivered } = await engine.drain(60_000);
  const errors = engine.snapshot().sinks.map(({ id, lastError }) => `${id}: ${lastError}`);
  assert.equal(undelivered, 0, errors.join("\n"));
  assert.deepEqual(
    engine.snapshot().sinks.map(({ dead, dropped }) => dead + dropped),
    engine.snapshot().sinks.map(() => 0),
  );
}
