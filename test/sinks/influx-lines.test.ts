import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LogRecord } from "../../src/model.ts";
import { escapeKey } from "../../src/sinks/influx-escape.ts";
import {
  ACCESS_FIELDS,
  ACCESS_TAGS,
  createLineFormatter,
  type Mapping,
} from "../../src/sinks/influx-lines.ts";
import { within } from "../../src/sinks/placed-time.ts";
import { accessRecord, origin } from "../helpers/records.ts";

const mapping: Mapping = {
  measurement: "nginx_log",
  otherwise: "log",
  tags: ACCESS_TAGS,
  fields: ACCESS_FIELDS,
  precision: "ns",
  unparsed: false,
};
const one = (record: LogRecord, given: Partial<Mapping> = {}): string =>
  createLineFormatter({ ...mapping, ...given })([record]).toString();
const timeOf = (line: string): bigint => BigInt(line.slice(line.lastIndexOf(" ") + 1));

describe("line protocol", () => {
  it("writes log_process's measurement, tags and fields by default", () => {
    assert.match(
      one(accessRecord()),
      /^nginx_log,Method=GET,Path=\/foo,Scheme=http,Status=200 UpstreamTime=1\.005,RequestTime=1\.854,BytesSent=2133i 15201713920{6}\d{3}$/,
    );
  });

  it("leaves out what the line did not have", () => {
    const { fields } = accessRecord();
    const line = one(accessRecord({ fields: { ...fields, upstream_time: null, scheme: "" } }));
    assert.match(line, /^nginx_log,Method=GET,Path=\/foo,Status=200 RequestTime=1\.854,BytesSent=2133i \d+$/);
  });

  it("escapes tag values", () => {
    const { fields } = accessRecord();
    assert.match(one(accessRecord({ fields: { ...fields, path: "/a b,c=d" } })), /,Path=\/a\\ b\\,c\\=d,/);
  });

  it("L10: keeps the line's own second, and gives lines of the same second different times", () => {
    const times = [0, 150, 300].map((offset) => timeOf(one(accessRecord({ offset }))));
    assert.equal(new Set(times).size, 3);
    for (const time of times) assert.equal(time / 1_000_000_000n, 1_520_171_392n);
  });

  it("L10: gives the same time for the same record again", () => {
    assert.equal(one(accessRecord({ offset: 77 })), one(accessRecord({ offset: 77 })));
  });

  it("L10: never lets two lines of one file within a gigabyte meet in a second (property)", () => {
    const offset = fc.integer({ min: 0, max: 2 ** 45 });
    fc.assert(
      fc.property(offset, fc.integer({ min: 1, max: 999_999_999 }), (a, distance) => {
        const unit = 1_000_000_000;
        assert.notEqual(
          within(accessRecord({ offset: a }), unit),
          within(accessRecord({ offset: a + distance }), unit),
        );
      }),
    );
  });

  it("cuts to the record's own precision or the configured one, whichever is coarser", () => {
    const fine = accessRecord({ precision: "ns", nanos: 123_456, time: 1_700_000_000_123 });
    assert.equal(timeOf(one(fine)), 1_700_000_000_123_123_456n);
    assert.equal(timeOf(one(fine, { precision: "us" })) / 1_000n, 1_700_000_000_123_123n);
    assert.equal(timeOf(one(fine, { precision: "ms" })) / 1_000_000n, 1_700_000_000_123n);
    assert.equal(timeOf(one(fine, { precision: "s" })) / 1_000_000_000n, 1_700_000_000n);
  });

  it("stays within the unit for any time and place (property)", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4_000_000_000_000 }),
        fc.integer({ min: 0, max: 999_999 }),
        fc.integer({ min: 0, max: 2 ** 45 }),
        fc.constantFrom("s" as const, "ms" as const, "us" as const, "ns" as const),
        (time, nanos, offset, precision) => {
          const exact = BigInt(time) * 1_000_000n + BigInt(nanos);
          const unit = { s: 1_000_000_000n, ms: 1_000_000n, us: 1_000n, ns: 1n }[precision];
          assert.equal(timeOf(one(accessRecord({ time, nanos, offset, precision }))) / unit, exact / unit);
        },
      ),
    );
  });

  it("sends records without any mapped field to the other measurement, with their numbers", () => {
    const record = accessRecord({
      level: "warn",
      message: 'say "hi"',
      fields: { took: 1.5, user: "x", ok: true },
    });
    assert.match(one(record), /^log,level=warn,source=access message="say \\"hi\\"",took=1\.5,ok=true \d+$/);
    assert.equal(one(record, { otherwise: undefined }), "");
  });

  it("leaves out unparsed lines, or sends them apart", () => {
    const record = accessRecord({ error: "does not match", raw: 'bad "line"' });
    assert.equal(one(record), "");
    assert.match(
      one(record, { unparsed: true }),
      /^nginx_log_unparsed,source=access raw="bad \\"line\\"",error="does not match" \d+$/,
    );
  });

  it("types fields as told", () => {
    const record = accessRecord({ fields: { a: "12", b: "1.5", c: 3, d: "true", e: { x: 1 } } });
    const fields = {
      A: { from: "a", type: "integer" },
      B: { from: "b", type: "float" },
      C: { from: "c", type: "string" },
      D: { from: "d", type: "boolean" },
      E: { from: "e", type: "auto" },
    } as const;
    assert.match(
      one(record, { tags: {}, fields }),
      /^nginx_log A=12i,B=1\.5,C="3",D=true,E="\{\\"x\\":1\}" /,
    );
  });

  it("writes a line a record, whatever text they hold (property)", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: "binary" }), { minLength: 1, maxLength: 5 }), (texts) => {
        const records = texts.map((path, offset) =>
          accessRecord({ offset, fields: { ...accessRecord().fields, path } }),
        );
        assert.equal(createLineFormatter(mapping)(records).toString().split("\n").length, records.length);
      }),
    );
  });

  it("escapes keys so that they read back (property)", () => {
    const readBack = (text: string): string => text.replace(/\\([,= ])/g, "$1");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        fc.pre(!/[\n\r\t\\]/.test(text));
        assert.equal(readBack(escapeKey(text)), text);
      }),
    );
  });

  it("takes the generation into account, so that two files do not meet", () => {
    const other = accessRecord({ origin: { ...origin, key: "f234567800000000" } });
    assert.notEqual(one(accessRecord()), one(other));
  });
});
