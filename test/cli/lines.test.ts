import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createLines, createRandom, FORMATS, type LineFormat } from "../../src/cli/lines.ts";
import { groupsOf } from "../multiline/groups.ts";

const TIME = Date.UTC(2018, 2, 4, 13, 49, 52, 7);
const NGINX =
  /^([\d.]+) - (\S+) \[([^\]]+)\] (https?) "(GET|POST) (\S+) (HTTP\/[\d.]+)" (\d{3}) (\d+) "([^"]*)" "([^"]*)" "(-|[\d.]+)" (-|\d+\.\d{3}) (\d+\.\d{3})$/;

function some(format: LineFormat, count: number, seed = 1): string[] {
  const make = createLines(format, seed);
  return Array.from({ length: count }, () => make(TIME));
}

describe("generated lines", () => {
  for (const format of FORMATS) {
    it(`are the same for the same seed: ${format}`, () => {
      assert.deepEqual(some(format, 200), some(format, 200));
      if (format !== "hello") assert.notDeepEqual(some(format, 200, 2), some(format, 200));
    });
  }

  it("have the nginx format with scheme and two times, the request taking no less than the upstream", () => {
    for (const line of some("nginx", 5000)) {
      const match = NGINX.exec(line);
      assert.ok(match, line);
      assert.equal(match[3], "04/Mar/2018:13:49:52 +0000");
      if (match[13] !== "-") assert.ok(Number(match[14]) >= Number(match[13]), line);
    }
  });

  it("are records of a Java service that multiline's preset puts together", () => {
    const records = some("java", 500);
    assert.equal(new Set(records).size, 500);
    const traces = records.filter((record) => record.includes("\n\tat "));
    assert.ok(traces.length > 30 && traces.some((trace) => trace.includes("\nCaused by: ")));
    assert.deepEqual(groupsOf({ preset: "java" }, records.join("\n").split("\n")), records);
  });

  it("are realistic: a few server errors, a long tail of times, about 180 bytes", () => {
    const lines = some("nginx", 50_000);
    const matches = lines.map((line) => NGINX.exec(line)!);
    const failed = matches.filter((match) => match[8]!.startsWith("5")).length / lines.length;
    assert.ok(failed > 0.003 && failed < 0.03, `${failed} failed`);
    const times = matches.map((match) => Number(match[14])).sort((a, b) => a - b);
    const [median, late] = [times[25_000]!, times[49_500]!];
    assert.ok(late > 5 * median, `p50 ${median}, p99 ${late}`);
    const length = lines.reduce((sum, line) => sum + line.length + 1, 0) / lines.length;
    assert.ok(length > 160 && length < 200, `${length} bytes`);
  });

  it("have the combined format", () => {
    for (const line of some("combined", 500)) {
      assert.match(
        line,
        /^[\d.]+ - \S+ \[04\/Mar\/2018:13:49:52 \+0000\] "\S+ \S+ HTTP\/[\d.]+" \d{3} \d+ "[^"]*" "[^"]*"$/,
      );
    }
  });

  it("are JSON objects with ids that differ", () => {
    const objects = some("json", 2000).map((line) => JSON.parse(line));
    assert.equal(new Set(objects.map((object) => object.request_id)).size, 2000);
    for (const object of objects) {
      assert.equal(object.time, "2018-03-04T13:49:52.007Z");
      assert.equal(object.level, object.status >= 500 ? "error" : object.status >= 400 ? "warn" : "info");
      assert.equal(typeof object.request_time, "number");
    }
  });

  it("are logfmt", () => {
    for (const line of some("logfmt", 500)) assert.match(line, /^(\w+=("[^"]*"|[^\s"]+)( |$))+$/);
  });

  it("greet as the first writefile did, in local time", () => {
    const [line] = some("hello", 1);
    const text = /^Hello current time is (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)$/.exec(line!)?.[1];
    assert.equal(new Date(text!).getTime(), TIME - 7);
  });

  it("draw numbers evenly from [0, 1)", () => {
    const random = createRandom(5);
    const buckets = Array<number>(10).fill(0);
    for (let i = 0; i < 100_000; i++) buckets[Math.floor(random() * 10)]!++;
    for (const bucket of buckets) assert.ok(Math.abs(bucket - 10_000) < 500);
  });
});
