import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createParser } from "../../src/parsers/index.ts";
import { cpuTime } from "../helpers/cpu-time.ts";

const origin = { source: "s", file: "f", key: "k" };
const OBSERVED = Date.parse("2026-11-21T12:00:00Z");
const at = (zone: string) => createParser("syslog", {}, { timezone: zone, ignoreOffset: false });
const parse = (line: string, zone = "UTC") => {
  const { time, nanos, level, message, fields, error } = at(zone).parse(line, origin, 0, OBSERVED);
  return { time: new Date(time).toISOString(), nanos, level, message, fields, error };
};

describe("parser syslog", () => {
  it("reads RFC 5424 with its structured data", () => {
    assert.deepEqual(
      parse(
        '<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 evntslog 8710 ID47 [ex@32473 iut="3" q="say \\"hi\\" \\] \\\\"][other ip="1" ip="2"] An event',
      ),
      {
        time: "2003-08-24T12:14:15.000Z",
        nanos: 3000,
        level: "info",
        message: "An event",
        fields: {
          facility: "local4",
          severity: 5,
          hostname: "192.0.2.1",
          app: "evntslog",
          pid: 8710,
          msgid: "ID47",
          structured: { "ex@32473": { iut: "3", q: 'say "hi" ] \\' }, other: { ip: ["1", "2"] } },
        },
        error: undefined,
      },
    );
  });

  it("leaves out what RFC 5424 says is not there, and the mark of UTF-8", () => {
    const { time, message, fields, error } = parse("<11>1 - - app - - - \ufeffné");
    assert.deepEqual(fields, { facility: "user", severity: 3, app: "app" });
    assert.deepEqual([time, message, error], ["2026-11-21T12:00:00.000Z", "né", undefined]);
    assert.equal(parse("<11>1 - - - - - -").message, "");
  });

  it("reads RFC 3164 in the source's zone, of the year that it was written in", () => {
    assert.deepEqual(parse("<34>Oct 11 22:14:15 mymachine su: 'su root' failed", "Europe/Berlin"), {
      time: "2026-10-11T20:14:15.000Z",
      nanos: 0,
      level: "fatal",
      message: "'su root' failed",
      fields: { facility: "auth", severity: 2, hostname: "mymachine", app: "su" },
      error: undefined,
    });
    assert.equal(parse("<13>Dec 31 23:59:59 h app: x").time, "2025-12-31T23:59:59.000Z");
  });

  const forms: [line: string, fields: object, message: string][] = [
    ["<13>Nov 20 10:00:00 root: no host", { app: "root" }, "no host"],
    ["<13>Nov 20 10:00:00 web app[7]: x", { hostname: "web", app: "app", pid: 7 }, "x"],
    ["<13>Nov 20 10:00:00 fe80::1 app[a-1] x", { hostname: "fe80::1", app: "app", pid: "a-1" }, "x"],
    ["<13>Nov 20 10:00:00 web no program here", { hostname: "web" }, "no program here"],
    ["<13>Nov 20 2026 10:00:00: %ASA-6-302015: Built", {}, "Nov 20 2026 10:00:00: %ASA-6-302015: Built"],
    ["<13>29: *Nov 20 10:00:00.483: %SYS-5-CONFIG_I: done", { app: "%SYS-5-CONFIG_I" }, "done"],
    ["<13>just a text", {}, "just a text"],
  ];
  for (const [line, fields, message] of forms) {
    it(`reads ${line}`, () => {
      const found = parse(line);
      assert.deepEqual(found.fields, { facility: "user", severity: 5, ...fields });
      assert.deepEqual([found.message, found.error], [message, undefined]);
    });
  }

  it("reads files without priorities, where a word may tell the level", () => {
    const { fields, level, time } = parse("Nov 20 10:00:00 web nginx[12]: error: no such file");
    assert.deepEqual(fields, { hostname: "web", app: "nginx", pid: 12 });
    assert.deepEqual([level, time], ["error", "2026-11-20T10:00:00.000Z"]);
    const iso = parse("2026-11-20T10:00:00.123456+01:00 web kernel: [1.0] x");
    assert.deepEqual([iso.time, iso.nanos, iso.message], ["2026-11-20T09:00:00.123Z", 456_000, "[1.0] x"]);
  });

  it("keeps the lines of a message that has several", () => {
    assert.equal(parse("<13>Nov 20 10:00:00 web app: one\ntwo").message, "one\ntwo");
  });

  const wrong: [line: string, error: RegExp][] = [
    ["<192>Nov 20 10:00:00 web app: x", /priority 192 is above 191/],
    ["a text", /neither a priority nor a time/],
    ["<13>1 2026-11-20T10:00:00Z host app", /fewer than/],
    ["<13>1 yesterday host app - - - x", /time does not parse: "yesterday"/],
    ["<13>1 - host app - - nothing", /no structured data/],
    ['<13>1 - host app - - [a b="c] x', /no closing quote/],
    ["<13>1 - host app - - [a b=c] x", /no ="…" behind b/],
    ['<13>1 - host app - - [a b="c"]x', /no space/],
  ];
  for (const [line, error] of wrong) {
    it(`says what is wrong with ${line}`, () => {
      const found = parse(line);
      assert.match(found.error ?? "", error);
      assert.equal(found.message, line);
    });
  }

  it("takes any text within a moment, and never throws", () => {
    const pieces = fc.constantFrom(
      "<13>",
      "1 ",
      "- ",
      "Nov 20 10:00:00 ",
      "[",
      "]",
      '"',
      "\\",
      "a=",
      " ",
      "é",
      "x:",
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 30 }), (all) => {
        const line = all.join("");
        assert.equal(at("UTC").parse(line, origin, 0, OBSERVED).raw, line);
      }),
      { numRuns: 100 },
    );
    const began = cpuTime();
    for (const text of ["[", "a[", "x ", "\\", '"'])
      parse(`<13>1 - - - - - [a b="${text.repeat(100_000)}`) &&
        parse(`<13>Nov 20 10:00:00 ${text.repeat(100_000)}`);
    assert.ok(cpuTime() - began < 2_000);
  });

  it("takes no level for a host where no priority tells that it is syslog", () => {
    for (const line of ["2026-11-20 10:00:00 INFO hello world", "2026-11-20T10:00:00Z ERROR main: x"])
      assert.match(parse(line).error ?? "", /^a level stands where the host would: (INFO|ERROR)$/);
    assert.equal(parse("2026-11-20T10:00:00Z log main: x").fields.hostname, "log");
    assert.equal(parse("2026-11-20T10:00:00Z WEB main: x").fields.hostname, "WEB");
    assert.equal(parse("<13>Nov 20 10:00:00 INFO main: x").fields.hostname, "INFO");
  });

  it("is found out by auto, and leaves texts that only begin with a time alone", () => {
    const pickOf = (line: string): string => {
      const auto = createParser("auto", {}, { timezone: "UTC", ignoreOffset: false });
      for (let n = 0; n < 60; n++) auto.parse(line, origin, n, OBSERVED);
      return auto.name;
    };
    assert.equal(pickOf("<13>1 - - - - - - x"), "auto (syslog)");
    assert.equal(pickOf("<13>Nov 20 10:00:00 web app: x"), "auto (syslog)");
    assert.equal(pickOf("Nov 20 10:00:00 web app[1]: x"), "auto (syslog)");
    assert.equal(pickOf("Nov 20 10:00:00 web app: level=info msg=x"), "auto (syslog)");
    assert.equal(pickOf("Nov 20 10:00:00 ERROR main: x"), "auto (plain)");
    assert.equal(pickOf("2026-11-20T10:00:00+00:00 web app: x"), "auto (plain)");
  });
});
