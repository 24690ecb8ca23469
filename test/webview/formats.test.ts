import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { languageTag } from "../../src/lib/language-tag.ts";
import { createFormats, goDuration } from "../../src/webview/formats.ts";

describe("numbers of the dashboard", () => {
  const formats = createFormats("en");
  const cases: readonly [string, string][] = [
    [formats.count(1_234_567), "1,234,567"],
    [formats.compact(0.25), "0.25"],
    [formats.compact(999), "999"],
    [formats.plain(0.012345), "0.0123"],
    [formats.plain(1234.5), "1,230"],
    [formats.compact(12_345), "12.3K"],
    [formats.bytes(0), "0B"],
    [formats.bytes(512), "512B"],
    [formats.bytes(1023.9), "1kB"],
    [formats.bytes(16_384), "16kB"],
    [formats.bytes(1.5 * 1024 ** 3), "1.5GB"],
    [formats.bytes(1023), "1,023B"],
    [createFormats("de").bytes(1536), "1,5 kB"],
    [createFormats("fr").bytes(1536), "1,5ko"],
    [formats.duration(0), "0s"],
    [formats.duration(0.000_35), "350μs"],
    [formats.duration(0.9996), "1s"],
    [formats.duration(0.0123), "12.3ms"],
    [formats.duration(59.96), "1m 0s"],
    [formats.duration(125), "2m 5s"],
    [formats.duration(7260), "2h 1m"],
    [createFormats("zh-cn").duration(0.0123), "12.3毫秒"],
    [createFormats("zh-cn").duration(125), "2分钟5秒"],
    [createFormats("de").duration(7260), "2 Std., 1 Min."],
    [formats.lapse(0.2), "200ms"],
    [formats.lapse(59.94), "59.9s"],
    [formats.lapse(90), "1.5m"],
    [formats.lapse(97_200), "27h"],
    [createFormats("de").lapse(90), "1,5 Min."],
    [formats.range(900), "15 min"],
    [formats.range(5400), "1.5 hr"],
    [formats.range(604_800), "7 days"],
    [createFormats("zh-cn").range(604_800), "7天"],
    [createFormats("de").range(86_400), "24 Std."],
    [goDuration(0), "0s"],
    [goDuration(62_500), "1m2.5s"],
    [goDuration(93_601_000), "26h0m1s"],
  ];
  for (const [text, wanted] of cases) it(`are written like ${wanted}`, () => assert.equal(text, wanted));

  it("are of the day they are of, where that is not today or an axis goes over days", () => {
    const now = new Date(2026, 10, 22, 14, 30).getTime();
    const { clock, tick } = createFormats("en", () => now);
    const at = (...of: [number, number, number, number?, number?]) => new Date(2026, ...of).getTime() / 1000;
    assert.equal(clock(at(10, 22, 9, 5), 60), "09:05");
    assert.equal(clock(at(10, 22, 9, 5, 7), 10), "09:05:07");
    assert.equal(clock(at(10, 21, 9, 5), 60), "Nov 21, 09:05");
    assert.equal(clock(at(10, 21, 9, 5, 7), 10), "Nov 21, 09:05:07");
    assert.equal(clock(at(10, 22, 0), 86_400), "Nov 22");
    assert.equal(tick(at(10, 21, 12), 43_200), "12:00");
    assert.equal(tick(at(10, 22, 0), 43_200), "Nov 22");
    assert.equal(tick(at(10, 20, 0), 172_800), "Nov 20");
    assert.equal(tick(at(10, 22, 9, 5, 30), 30), "09:05:30");
  });

  it("can be written whatever the editor calls its language", () => {
    assert.equal(languageTag("en-US@posix"), "en-US");
    assert.equal(languageTag("de_DE.UTF-8"), "de-DE");
    assert.equal(languageTag("C"), "en");
    fc.assert(
      fc.property(fc.string(), (name) => {
        assert.notEqual(createFormats(name).count(1), "");
      }),
    );
  });
});
