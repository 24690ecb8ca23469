import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { knownZone, momentIn, momentOf, wallOf, wallText } from "../../src/lib/zones.ts";
import { gapFor, secondsBetween } from "../../src/webview/log/gaps.ts";
import { parseMoment } from "../../src/webview/log/moments.ts";
import { createTimes } from "../../src/webview/log/times.ts";

const AT = Date.parse("2026-03-04T13:49:52.500Z");
const NOW = Date.parse("2026-11-21T20:00:00Z");

describe("a time that is gone to", () => {
  const cases: [text: string, zone: string, at: string | undefined][] = [
    ["14:32", "UTC", "2026-03-04T14:32:00.000Z"],
    [" 4:05 ", "UTC", "2026-03-04T04:05:00.000Z"],
    ["14:32:07.25", "UTC", "2026-03-04T14:32:07.250Z"],
    ["14:32:07,123456789", "UTC", "2026-03-04T14:32:07.123Z"],
    ["14:32", "Europe/Berlin", "2026-03-04T13:32:00.000Z"],
    ["23:30", "Asia/Tokyo", "2026-03-04T14:30:00.000Z"],
    ["14:32", "Asia/Kolkata", "2026-03-04T09:02:00.000Z"],
    ["-5m", "UTC", "2026-03-04T13:44:52.500Z"],
    ["-5 min", "UTC", "2026-03-04T13:44:52.500Z"],
    ["+1h30m", "UTC", "2026-03-04T15:19:52.500Z"],
    ["-250ms", "UTC", "2026-03-04T13:49:52.250Z"],
    ["-1.5d", "UTC", "2026-03-03T01:49:52.500Z"],
    ["now", "UTC", "2026-11-21T20:00:00.000Z"],
    ["2026-03-05", "UTC", "2026-03-05T00:00:00.000Z"],
    ["2026-03-05", "America/New_York", "2026-03-05T05:00:00.000Z"],
    ["2026-07-05 12:00", "America/New_York", "2026-07-05T16:00:00.000Z"],
    ["2026-03-05T06:07:08Z", "Asia/Tokyo", "2026-03-05T06:07:08.000Z"],
    ["2026-03-05T06:07:08.9+02:00", "Asia/Tokyo", "2026-03-05T04:07:08.900Z"],
    ["2026-03-05 06:07 -0530", "UTC", "2026-03-05T11:37:00.000Z"],
    ["1772632192", "UTC", "2026-03-04T13:49:52.000Z"],
    ["1772632192.5", "UTC", "2026-03-04T13:49:52.500Z"],
    ["1772632192500", "UTC", "2026-03-04T13:49:52.500Z"],
    ["1772632192500123", "UTC", "2026-03-04T13:49:52.500Z"],
    ["1772632192500123456", "UTC", "2026-03-04T13:49:52.500Z"],
    ["", "UTC", undefined],
    ["24:00", "UTC", undefined],
    ["12:60", "UTC", undefined],
    ["2026-02-30", "UTC", undefined],
    ["-5", "UTC", undefined],
    ["-5m later", "UTC", undefined],
    ["-99999999999d", "UTC", undefined],
    ["yesterday", "UTC", undefined],
  ];
  for (const [text, zone, at] of cases)
    it(`is ${at ?? "none"} for "${text}" in ${zone}`, () => {
      const moment = parseMoment(text, { at: AT, now: NOW, zone });
      assert.equal(moment === undefined ? undefined : new Date(moment).toISOString(), at);
    });
});

describe("a wall in a time zone", () => {
  const zones = fc.constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu", undefined);
  it("shows the moment that it is made of", () => {
    const times = fc.integer({ min: 0, max: Date.UTC(2100, 0, 1) });
    fc.assert(
      fc.property(times, zones, (ms, zone) => {
        const back = momentOf(wallOf(ms, zone), zone) ?? Number.NaN;
        // An hour that comes twice has two.
        assert.ok([0, 3_600_000].includes(Math.abs(back - ms)));
        assert.deepEqual(wallOf(back, zone), wallOf(ms, zone));
      }),
    );
  });

  it("needs a zone that there is", () => {
    assert.equal(knownZone("Mars/Olympus"), undefined);
    assert.equal(knownZone(7), undefined);
    assert.equal(knownZone("Asia/Tokyo"), "Asia/Tokyo");
    const times = createTimes("en");
    times.setZone("Asia/Tokyo");
    assert.equal(times.stamp(AT), "2026-03-04 22:49:52.500");
    times.setZone("Mars/Olympus");
    assert.equal(times.zone, undefined);
  });
});

describe("times between lines", () => {
  it("are told in the unit that fits", () => {
    const times = createTimes("en");
    assert.equal(times.ago(AT - 3_400, AT), "3 sec. ago");
    assert.equal(times.ago(AT - 119_000, AT), "1 min. ago");
    assert.equal(times.ago(AT - 7_300_000, AT), "2 hr. ago");
    assert.equal(times.ago(AT - 90 * 3_600_000, AT), "3 days ago");
    assert.equal(secondsBetween({ time: 1000, nanos: 999_000 }, { time: 1001, nanos: 0 }), 1e-6);
  });

  it("are a gap when they are long for this log, by a bound that stays while lines come", () => {
    assert.equal(gapFor(3_600_000, 36_000), 5_000);
    assert.equal(gapFor(3_600_000, 36_500), 5_000);
    assert.equal(gapFor(3_600_000, 60), 3_600_000);
    assert.equal(gapFor(0, 0), 1000);
    assert.equal(gapFor(1e12, 2), Number.POSITIVE_INFINITY);
  });
});

describe("the edges of a range", () => {
  it("are written and read in the zone that is chosen", () => {
    const at = Date.parse("2026-03-04T23:49:52Z");
    for (const [zone, text] of [
      ["UTC", "2026-03-04T23:49:52"],
      ["Asia/Tokyo", "2026-03-05T08:49:52"],
      ["America/New_York", "2026-03-04T18:49:52"],
    ] as const) {
      assert.equal(wallText(at, zone), text);
      assert.equal(momentIn(text, zone), at);
    }
    // As the input has a whole minute, and what is no time.
    assert.equal(momentIn("2026-03-05T08:49", "Asia/Tokyo"), at - 52_000);
    assert.equal(momentIn("", "UTC"), undefined);
  });
});
