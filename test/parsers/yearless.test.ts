import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createTimeReader } from "../../src/parsers/timestamp.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ZONES = [
  "UTC",
  "Pacific/Kiritimati",
  "Pacific/Niue",
  "Asia/Shanghai",
  "America/New_York",
  "Europe/Berlin",
  "Australia/Lord_Howe",
];

const reads = (text: string, timezone: string, observed: string): string | undefined => {
  const found = createTimeReader({ timezone, ignoreOffset: false }).value(text, Date.parse(observed));
  return found && new Date(found.ms).toISOString();
};

describe("times without a year", () => {
  for (const timezone of ZONES) {
    it(`L9: are the instant that wrote them in ${timezone}, read up to 23 hours early or 362 days late`, () => {
      const reader = createTimeReader({ timezone, ignoreOffset: false });
      const shown = new Intl.DateTimeFormat("en-US", {
        timeZone: timezone,
        month: "short",
        day: "numeric",
        hour: "2-digit",
        minute: "2-digit",
        second: "2-digit",
        hourCycle: "h23",
      });
      const write = (ms: number): string => {
        const parts = Object.fromEntries(shown.formatToParts(ms).map(({ type, value }) => [type, value]));
        return `${parts.month} ${parts.day?.padStart(2)} ${parts.hour}:${parts.minute}:${parts.second}`;
      };
      const near = fc
        .tuple(fc.integer({ min: 2001, max: 2037 }), fc.integer({ min: -48 * 3600, max: 48 * 3600 }))
        .map(([year, seconds]) => Date.UTC(year, 0) + seconds * 1000);
      const any = fc
        .integer({ min: Date.UTC(2001, 0) / 1000, max: Date.UTC(2037, 0) / 1000 })
        .map((seconds) => seconds * 1000);
      const late = fc.oneof(
        fc.integer({ min: -23 * HOUR, max: 2 * DAY }),
        fc.integer({ min: 0, max: 362 * DAY }),
      );
      fc.assert(
        fc.property(fc.oneof(near, any), late, (instant, after) => {
          const found = reader.value(write(instant), instant + after)?.ms ?? Number.NaN;
          assert.equal(write(found), write(instant));
          // Of two instants with the same clock it is the first.
          assert.ok(
            instant - found >= 0 && instant - found <= HOUR,
            `${write(instant)}: ${found - instant} ms`,
          );
        }),
        { numRuns: 500 },
      );
    });
  }

  it("L9: are of the year that begins or ends in their own zone", () => {
    const dec = "Dec 31 23:59:59";
    const jan = "Jan  1 00:00:00";
    assert.equal(reads(dec, "UTC", "2027-01-01T00:00:00Z"), "2026-12-31T23:59:59.000Z");
    assert.equal(reads(jan, "UTC", "2026-12-31T23:59:59Z"), "2027-01-01T00:00:00.000Z");
    assert.equal(reads(jan, "Pacific/Kiritimati", "2026-12-31T10:00:00Z"), "2026-12-31T10:00:00.000Z");
    assert.equal(reads(dec, "Pacific/Kiritimati", "2026-12-31T10:00:00Z"), "2026-12-31T09:59:59.000Z");
    assert.equal(reads(jan, "Pacific/Niue", "2027-01-01T11:00:00Z"), "2027-01-01T11:00:00.000Z");
    assert.equal(reads(dec, "Pacific/Niue", "2027-01-01T11:00:00Z"), "2027-01-01T10:59:59.000Z");
    // A day and a half ahead of the reader: of the year before.
    assert.equal(
      reads("Jan  1 20:00:00", "Pacific/Niue", "2026-12-31T22:00:00Z"),
      "2026-01-02T07:00:00.000Z",
    );
  });

  it("L9: are of the last leap year on its 29th of February", () => {
    assert.equal(reads("Feb 29 12:00:00", "UTC", "2028-02-29T12:00:01Z"), "2028-02-29T12:00:00.000Z");
    assert.equal(reads("Feb 29 12:00:00", "UTC", "2028-02-28T13:00:00Z"), "2028-02-29T12:00:00.000Z");
    assert.equal(reads("Feb 29 12:00:00", "UTC", "2027-03-01T00:00:00Z"), "2024-02-29T12:00:00.000Z");
    assert.equal(reads("Feb 29 12:00:00", "UTC", "2103-03-01T00:00:00Z"), "2096-02-29T12:00:00.000Z");
    assert.equal(reads("Feb 30 12:00:00", "UTC", "2028-03-01T00:00:00Z"), undefined);
  });

  it("L9: that the clocks skipped lie as far after the change; those shown twice are the first", () => {
    assert.equal(
      reads("Mar 29 02:30:00", "Europe/Berlin", "2026-03-29T02:00:00Z"),
      "2026-03-29T01:30:00.000Z",
    );
    assert.equal(
      reads("Oct 25 02:30:00", "Europe/Berlin", "2026-10-25T03:00:00Z"),
      "2026-10-25T00:30:00.000Z",
    );
    assert.equal(
      reads("2026-03-29 02:30:00", "Europe/Berlin", "2026-03-29T02:00:00Z"),
      "2026-03-29T01:30:00.000Z",
    );
  });
});
