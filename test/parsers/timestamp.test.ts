import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createTimeReader } from "../../src/parsers/timestamp.ts";

interface Case {
  name?: string;
  text: unknown;
  timezone?: string;
  ignoreOffset?: boolean;
  observed?: string;
  is?: string;
  nanos?: number;
  precision?: string;
}

const cases = JSON.parse(
  readFileSync(new URL("../cases/parsers/timestamps.json", import.meta.url), "utf8"),
) as Case[];
const utc = { timezone: "UTC", ignoreOffset: false };
const now = Date.UTC(2026, 10, 21);

describe("times", () => {
  assert.ok(cases.length > 50);
  for (const {
    name,
    text,
    timezone = "UTC",
    ignoreOffset = false,
    observed,
    is,
    nanos = 0,
    precision,
  } of cases) {
    const label = name ? `${name}: ${text}` : JSON.stringify(text);
    it(`${is ? "reads" : "refuses"} ${label} in ${timezone}${ignoreOffset ? ", whatever its offset" : ""}`, () => {
      const reader = createTimeReader({ timezone, ignoreOffset });
      const found = reader.value(text, observed ? Date.parse(observed) : now);
      if (is === undefined) return assert.equal(found, undefined);
      assert.ok(found, "is a time");
      assert.deepEqual(
        { is: new Date(found.ms).toISOString(), nanos: found.nanos, precision: found.precision },
        { is, nanos, precision },
      );
    });
  }

  it("reads every second from 1970 to 2099 in the common log format, at any offset", () => {
    const { clf } = createTimeReader(utc);
    const seconds = fc.integer({ min: 0, max: Date.UTC(2099, 11, 31) / 1000 });
    fc.assert(
      fc.property(seconds, fc.integer({ min: -14 * 60, max: 14 * 60 }), (second, offset) => {
        const at = second * 1000;
        const text = clfOf(at, offset);
        assert.equal(clf(text, 0), at);
        assert.equal(clf(`[${text}]`, 1), at, "the same again, from its cache");
      }),
    );
  });

  it("reads what ISO 8601 writes, to the nanosecond", () => {
    const reader = createTimeReader(utc);
    const ms = fc.integer({ min: Date.UTC(1000, 0), max: Date.UTC(9999, 11, 31) });
    fc.assert(
      fc.property(ms, fc.integer({ min: 0, max: 999_999 }), fc.constantFrom("T", " "), (at, nanos, joint) => {
        const text = new Date(at)
          .toISOString()
          .replace("T", joint)
          .replace("Z", `${String(nanos).padStart(6, "0")}Z`);
        const found = reader.value(text, now);
        assert.deepEqual(found, { ms: at, nanos, precision: "ns", end: text.length });
      }),
    );
  });

  it("agrees with the machine's zone when none is given", () => {
    const reader = createTimeReader({ timezone: undefined, ignoreOffset: false });
    assert.equal(reader.value("2018-07-04 13:49:52", now)?.ms, new Date(2018, 6, 4, 13, 49, 52).getTime());
  });

  for (const timezone of [
    "America/New_York",
    "Europe/Berlin",
    "Asia/Shanghai",
    "Australia/Lord_Howe",
    "Africa/Casablanca",
  ]) {
    it(`shows each instant's clock in ${timezone} and reads it back, or the first of two such instants`, () => {
      const reader = createTimeReader({ timezone, ignoreOffset: false });
      const shown = new Intl.DateTimeFormat("sv-SE", {
        timeZone: timezone,
        dateStyle: "short",
        timeStyle: "medium",
      });
      fc.assert(
        fc.property(
          fc.integer({ min: Date.UTC(1973, 0) / 1000, max: Date.UTC(2037, 0) / 1000 }),
          (second) => {
            const text = shown.format(second * 1000);
            const ms = reader.value(text, now)?.ms ?? Number.NaN;
            assert.equal(shown.format(ms), text);
            assert.ok(ms <= second * 1000);
          },
        ),
      );
    });
  }

  it("refuses a zone that is none, naming the option", () => {
    assert.throws(() => createTimeReader({ timezone: "Mars/Olympus", ignoreOffset: false }), {
      name: "UserError",
      message: /^timezone: "Mars\/Olympus" is no known zone/,
    });
  });

  it("never throws on any text", () => {
    const reader = createTimeReader(utc);
    const near = fc.stringMatching(/^[0-9TZ :+.,/\-A-Za-z]{0,40}$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), near), (text) => {
        const found = reader.value(text, now);
        if (found) assert.ok(Number.isInteger(found.ms) && found.nanos >= 0 && found.nanos < 1e6);
      }),
    );
  });

  it("are put right by as much as the clock that wrote them is ahead, in every spelling", () => {
    const clf = "04/Mar/2018:13:49:52 +0000";
    for (const clockAhead of [1500, -40]) {
      const [plain, ahead] = [createTimeReader(utc), createTimeReader({ ...utc, clockAhead })];
      assert.equal(ahead.clf(clf, 0), plain.clf(clf, 0) - clockAhead);
      assert.ok(Number.isNaN(ahead.clf("no time of that length....", 0)));
      for (const text of [
        clf,
        "2026-03-04T13:49:52.123456Z",
        "1520171392",
        1520171392123,
        "Mar  4 13:49:52",
      ]) {
        const [was, is] = [plain.value(text, now), ahead.value(text, now)];
        assert.ok(was && is, String(text));
        assert.deepEqual(is, { ...was, ms: was.ms - clockAhead });
      }
      assert.equal(ahead.value("soon", now), undefined);
    }
  });
});

function clfOf(at: number, offset: number): string {
  const local = new Date(at + offset * 60_000);
  const [, day, month, year, time] = local.toUTCString().split(" ");
  const size = Math.abs(offset);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day}/${month}/${year}:${time} ${offset < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${two(size % 60)}`;
}
