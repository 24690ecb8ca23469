import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { FieldValue } from "../../src/model.ts";
import { unescaped } from "../../src/parsers/escapes.ts";
import { createParser, parsers } from "../../src/parsers/index.ts";
import { origin } from "../helpers/records.ts";
import { thirteen } from "./thirteen.ts";

const utc = { timezone: "UTC", ignoreOffset: false };
const runs = { numRuns: 2000 };
const make = (name: string, options: unknown = {}) => createParser(name, options, utc);

const token = fc.stringMatching(/^[A-Za-z0-9.:_-]{1,12}$/);
const target = fc.stringMatching(/^\/[A-Za-z0-9/._~-]{0,20}(\?[A-Za-z0-9=&?/]{0,15})?$/);
const seconds = fc.integer({ min: 0, max: 99_999 }).map((ms) => (ms / 1000).toFixed(3));
const maybe = fc.oneof(seconds, fc.constant("-"));
/** As nginx writes a value of a client: bytes that are not plain ASCII, quotes and backslashes as \xHH. */
const clientText = fc
  .string({ unit: "grapheme", maxLength: 20 })
  .map((text) => ({ text, written: nginxEscaped(text) }));

const access = fc.record({
  address: token,
  user: token,
  second: fc.integer({ min: 0, max: 4e9 }),
  scheme: fc.constantFrom("http", "https"),
  method: fc.constantFrom("GET", "POST", "OPTIONS", "PURGE"),
  target,
  protocol: fc.constantFrom("HTTP/1.0", "HTTP:1.0", "HTTP/2.0"),
  status: fc.integer({ min: 100, max: 599 }),
  bytes: fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }),
  referer: clientText,
  agent: clientText,
  gzip: maybe,
  upstream: fc.array(maybe, { minLength: 1, maxLength: 3 }),
  took: maybe,
});
type Access = typeof access extends fc.Arbitrary<infer T> ? T : never;

/** What nearly all lines are: nothing escaped, one upstream server. */
const plainText = fc.stringMatching(/^[ !#-[\]-~]{0,20}$/).map((text) => ({ text, written: text }));
const usual = fc
  .tuple(access, plainText, plainText, fc.nat(), maybe)
  .map(
    ([a, referer, agent, bytes, upstream]): Access => ({ ...a, referer, agent, bytes, upstream: [upstream] }),
  );

const timed = (a: Access) =>
  `${a.address} - ${a.user} [${clf(a.second)}] ${a.scheme} "${a.method} ${a.target} ${a.protocol}" ${a.status} ${a.bytes} "${a.referer.written}" "${a.agent.written}" "${a.gzip}" ${a.upstream.join(", ")} ${a.took}`;

const timed0 =
  '172.0.0.12 - - [04/Mar/2018:13:49:52 +0000] http "GET /foo?query=t HTTP/1.0" 200 2133 "-" "KeepAliveClient" "-" 1.005 1.854';
const alphabet = fc.constantFrom(...' "[]-/:.,?#%\\0a+Z\n\r\t');
const damage = fc.array(fc.tuple(fc.nat(), fc.constantFrom("cut", "put", "swap", "end"), alphabet), {
  maxLength: 3,
});

describe("nginx lines", () => {
  const parser = make("nginx");

  it("give back what they were written from", () => {
    fc.assert(
      fc.property(access, (a) => {
        const record = parser.parse(timed(a), origin, 0, 0);
        assert.equal(record.error, undefined);
        assert.equal(record.time, a.second * 1000);
        assert.equal(record.level, a.status >= 500 ? "error" : a.status >= 400 ? "warn" : "info");
        assert.equal(record.fields.path, a.target.split("?")[0]);
        assert.equal(record.fields.bytes_sent, a.bytes);
        assert.equal(record.fields.user_agent, a.agent.text.toWellFormed());
        assert.equal(record.fields.request_time, a.took === "-" ? null : Number(a.took));
      }),
      runs,
    );
  });

  it("agree with the expression of thirteen groups, and so do lines with any damage", () => {
    let taken = 0;
    let refused = 0;
    fc.assert(
      fc.property(access, damage, (a, edits) => {
        const line = edits.reduce(apply, timed(a));
        const expected = thirteen(line);
        const record = parser.parse(line, origin, 0, 7);
        if (!expected) {
          assert.notEqual(record.error, undefined, line);
          refused++;
          return;
        }
        taken++;
        assert.equal(record.error, undefined, line);
        assert.deepEqual({ time: record.time, fields: record.fields }, expected);
      }),
      { numRuns: 5000 },
    );
    assert.ok(taken > 500 && refused > 500, `${taken} lines were taken, ${refused} refused`);
  });

  it("are the same records by the short cut and the long way, wherever they lie", () => {
    let quick = 0;
    const before = fc.constantFrom("", "x\n", `${timed0}\n`);
    fc.assert(
      fc.property(
        fc.oneof(access, usual),
        damage,
        before,
        fc.constantFrom("\n", "\r\n"),
        (a, edits, front, end) => {
          const text = `${front}${edits.reduce(apply, timed(a))}${end}`;
          const bytes = Buffer.from(text);
          // The short cut is for ASCII alone: an index in the text is one in the bytes.
          if (bytes.length !== text.length) return;
          const record = parser.quick?.({ text, bytes }, front.length, origin, 5);
          if (!record) return;
          const line = text.slice(front.length, text.indexOf("\n", front.length)).replace(/\r$/, "");
          assert.deepEqual(record, parser.parse(line, origin, 5, 7));
          quick++;
        },
      ),
      { numRuns: 5000 },
    );
    assert.ok(quick > 500, `${quick} lines took the short cut`);
  });

  it("give the same fields by the same format as a log_format", () => {
    const format =
      '$remote_addr $ident $remote_user [$time_local] $scheme "$request" $status $body_bytes_sent "$http_referer" "$http_user_agent" "$gzip_ratio" $upstream_response_time $request_time';
    const general = make("nginx", { format });
    fc.assert(
      fc.property(access, (a) => {
        const line = timed(a);
        assert.deepEqual(general.parse(line, origin, 3, 7), parser.parse(line, origin, 3, 7));
      }),
      runs,
    );
  });

  it("give the fields of combined and common when cut to these", () => {
    const both = [make("combined"), make("common")] as const;
    fc.assert(
      fc.property(access, (a) => {
        const front = `${a.address} - ${a.user} [${clf(a.second)}] "${a.method} ${a.target} ${a.protocol}" ${a.status} ${a.bytes}`;
        const { fields } = parser.parse(timed(a), origin, 0, 0);
        const { scheme: _, gzip_ratio: _g, upstream_time: _u, request_time: _r, ...expected } = fields;
        const line = `${front} "${a.referer.written}" "${a.agent.written}"`;
        assert.deepEqual(both[0].parse(line, origin, 0, 0).fields, expected);
        const { referer: _f, user_agent: _a, ...less } = expected;
        assert.deepEqual(both[1].parse(front, origin, 0, 0).fields, less);
      }),
    );
  });
});

describe("JSON lines", () => {
  it("keep every field but time, level and message as it is", () => {
    const parser = make("json");
    const value = fc.jsonValue() as fc.Arbitrary<FieldValue>;
    const names = fc.string().map((name) => `x${name}`);
    fc.assert(
      fc.property(fc.dictionary(names, value), fc.nat(), fc.string(), (fields, ms, message) => {
        // Through JSON first: -0 is written as 0.
        const rest = JSON.parse(JSON.stringify(fields));
        const time = new Date(ms).toISOString();
        const line = JSON.stringify({ ...rest, level: "warn", time, message });
        const record = parser.parse(line, origin, 0, 0);
        assert.equal(record.error, undefined);
        assert.deepEqual([record.time, record.level], [ms, "warn"]);
        assert.equal(record.message, message.endsWith("\n") ? message.slice(0, -1) : message);
        assert.deepEqual({ ...record.fields }, { ...rest });
      }),
    );
  });
});

describe("logfmt lines", () => {
  it("give back the pairs they were written from", () => {
    const parser = make("logfmt");
    const key = fc.stringMatching(/^k[a-z_.]{0,8}$/);
    const value = fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.boolean(), fc.integer());
    fc.assert(
      fc.property(fc.dictionary(key, value, { minKeys: 1 }), (pairs) => {
        const line = Object.entries(pairs)
          .map(([name, given]) => `${name}=${typeof given === "string" ? JSON.stringify(given) : given}`)
          .join(" ");
        const record = parser.parse(line, origin, 0, 0);
        assert.equal(record.error, undefined);
        assert.deepEqual({ ...record.fields }, { ...pairs });
      }),
    );
  });
});

describe("escapes", () => {
  it("undo what nginx does to any text", () => {
    fc.assert(
      fc.property(clientText, ({ text, written }) => assert.equal(unescaped(written), text.toWellFormed())),
    );
  });
});

describe("every parser", () => {
  const cases = Object.values(parsers).flatMap(({ name, samples }) =>
    samples.map(({ line, options }) => ({ line, parser: make(name, options) })),
  );

  it("never throws and keeps line, offset and origin, whatever the line", () => {
    const damage = fc.array(
      fc.tuple(
        fc.nat(),
        fc.constantFrom("cut", "put", "swap", "end"),
        fc.string({ unit: "binary", maxLength: 3 }),
      ),
      { minLength: 1, maxLength: 4 },
    );
    const text = fc.oneof(fc.string({ unit: "binary" }), fc.string(), fc.json());
    fc.assert(
      fc.property(fc.constantFrom(...cases), damage, text, (one, edits, other) => {
        for (const line of [edits.reduce(apply, one.line), other]) {
          const record = one.parser.parse(line, origin, 5, 99);
          assert.ok(Number.isInteger(record.time), line);
          assert.ok(record.nanos >= 0 && record.nanos < 1e6 && Number.isInteger(record.nanos));
          assert.deepEqual([record.raw, record.offset, record.origin], [line, 5, origin]);
          if (record.error !== undefined) assert.deepEqual([record.message, record.fields], [line, {}]);
        }
      }),
      runs,
    );
  });

  it("gives the same record for the same line, whatever came before", () => {
    const own = cases.filter(({ parser }) => !parser.name.startsWith("auto"));
    fc.assert(
      fc.property(fc.constantFrom(...own), fc.array(fc.string()), ({ line, parser }, others) => {
        const before = parser.parse(line, origin, 0, 1);
        for (const other of others) parser.parse(other, origin, 0, 1);
        assert.deepEqual(parser.parse(line, origin, 0, 1), before);
      }),
    );
  });
});

/** One edit of a line at a place taken from a number. */
function apply(line: string, [place, how, text]: [number, string, string]): string {
  const at = place % (line.length + 1);
  if (how === "end") return line.slice(0, at);
  if (how === "put") return line.slice(0, at) + text + line.slice(at);
  return line.slice(0, at) + (how === "swap" ? text : "") + line.slice(at + 1);
}

function clf(second: number): string {
  const [, day, month, year, time] = new Date(second * 1000).toUTCString().split(" ");
  return `${day}/${month}/${year}:${time} +0000`;
}

function nginxEscaped(text: string): string {
  return Array.from(Buffer.from(text, "utf8"), (byte) =>
    byte < 32 || byte > 126 || byte === 34 || byte === 92
      ? `\\x${byte.toString(16).toUpperCase().padStart(2, "0")}`
      : String.fromCharCode(byte),
  ).join("");
}
