import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import type { LogRecord } from "../../src/model.ts";
import { createParser, parsers } from "../../src/parsers/index.ts";
import { origin } from "../helpers/records.ts";

const utc = { timezone: "UTC", ignoreOffset: false };
const MIB = 1 << 20;
const fill = (piece: string, length: number): string => piece.repeat(Math.ceil(length / piece.length));
const access = '172.0.0.12 - - [04/Mar/2018:13:49:52 +0000] http "GET /';
const rest = ' HTTP/1.0" 200 2133 "-" "KeepAliveClient" "-" 1.005 1.854';

/** Lines of about a length, made to hurt: unbalanced, nested, escaped, of one character, of half a character. */
const HOSTILE: Readonly<Record<string, (length: number) => string>> = {
  letters: (n) => fill("a", n),
  spaces: (n) => fill(" ", n),
  digits: (n) => fill("9", n),
  NULs: (n) => fill("\0", n),
  "lone surrogates": (n) => fill("\ud800", n),
  "surrogates the wrong way round": (n) => fill("\udc00\ud800", n),
  quotes: (n) => fill('"', n),
  backslashes: (n) => fill("\\", n),
  "escaped quotes": (n) => `"${fill('\\"', n)}`,
  "an open quote behind a key": (n) => `a="${fill("\\\\", n)}`,
  "escaped bytes": (n) => access + fill("\\xD0", n) + rest,
  percent: (n) => access + fill("%41", n) + rest,
  "half percents": (n) => access + fill("%", n) + rest,
  "question marks": (n) => access + fill("?", n) + rest,
  words: (n) => access + fill("a b ", n) + rest,
  "a scheme": (n) => `${access.slice(0, -1)}${fill("a+", n)}://x${rest}`,
  "a host": (n) => `${access.slice(0, -1)}http://${fill("a:", n)}${rest}`,
  "a long user": (n) => `1 - ${fill(" [", n)}`,
  brackets: (n) => fill("[", n),
  braces: (n) => fill("{", n),
  "nested lists": (n) => `{"time":${fill("[", n / 2)}${fill("]", n / 2)}}`,
  "nested objects": (n) => `${fill('{"time":', n)}1${fill("}", n / 8)}`,
  "a huge number": (n) => `{"time":1${fill("0", n)},"level":${fill("9", n)}}`,
  "a long list": (n) => `{"time":[${fill("1,", n)}1]}`,
  "many keys": (n) => `{${Array.from({ length: n / 12 }, (_, key) => `"k${key}":1`).join(",")}}`,
  "many pairs": (n) => Array.from({ length: n / 12 }, (_, key) => `k${key}=1`).join(" "),
  "equals signs": (n) => `a${fill("=", n)}`,
  "bare keys": (n) => fill("a ", n),
  "many upstreams": (n) => `${access}${rest.replace("1.005", fill("0.1, ", n))}`,
  "colons and upstreams": (n) => `${access}${rest.replace("1.005", fill("0.1 : ", n))}`,
  "levels and times": (n) => fill("Mar  4 13:49:52 ERROR ", n),
  "a long fraction": (n) => `2018-03-04 13:49:52.${fill("1", n)}`,
  "a long duration": (n) => `2018-03-04 13:49:52,123 WARN [main] took ${fill("1h", n)} for 3 items`,
  units: (n) => `2018-03-04 13:49:52,123 WARN [main] took ${fill("1 ", n)}x for 3 items`,
};

const FORMAT =
  '$remote_addr "$request" $status "$http_user_agent" $upstream_response_time [$time_local] $request_uri "$http_x_forwarded_for"';
const made = [
  ...Object.values(parsers).flatMap(({ name, samples }) =>
    samples.map(({ options = {} }) => ({ name, options: options as object })),
  ),
  { name: "nginx", options: { format: FORMAT } },
  { name: "json", options: { time: ["time", "a.b"], level: "level" } },
];
const cases = [...new Map(made.map((one) => [JSON.stringify(one), one])).values()];
const parse = ({ name, options }: (typeof cases)[number], line: string): LogRecord =>
  createParser(name, options, utc).parse(line, origin, 5, 99);

/** Of this thread's own time, for a line that takes milliseconds: one whose time grows with its square takes minutes. */
const DEADLINE_MS = 5_000;

describe("hostile lines", () => {
  for (const one of cases) {
    it(`neither stop nor slow ${one.name} ${JSON.stringify(one.options).slice(0, 60)}`, () => {
      const parser = createParser(one.name, one.options, utc);
      for (const [name, build] of Object.entries(HOSTILE)) {
        const long = build(MIB);
        const began = process.threadCpuUsage();
        const record = parser.parse(long, origin, 5, 99);
        const { user } = process.threadCpuUsage(began);
        assert.ok(user < DEADLINE_MS * 1_000, `${name}: ${user / 1_000} ms`);
        assert.equal(record.raw, long, name);
        assert.ok(Number.isInteger(record.time), name);
        assert.doesNotThrow(() => JSON.stringify([record.fields, record.error]), name);
        assert.ok(
          (record.error ?? "").length < 1_000,
          `${name}: ${record.error?.length} characters of reason`,
        );
      }
    });
  }

  it("are unparsed when they nest deeper than anything that comes after can follow", () => {
    const nested = (depth: number) => `{"a":${"[".repeat(depth)}${"]".repeat(depth)}}`;
    const json = { name: "json", options: {} };
    assert.equal(parse(json, nested(900)).error, undefined);
    assert.match(parse(json, nested(5_000)).error ?? "", /^JSON that is nested more than 1000 deep/);
    assert.match(parse(json, nested(400_000)).error ?? "", /^JSON that is nested more than 1000 deep/);
  });
});

describe("fields named like what every object has", () => {
  const names = ["__proto__", "constructor", "toString", "valueOf", "hasOwnProperty", "prototype"];
  const inherited = JSON.stringify(Object.getOwnPropertyNames(Object.prototype));
  const safe = () => {
    assert.equal(JSON.stringify(Object.getOwnPropertyNames(Object.prototype)), inherited);
    assert.equal(({} as { polluted?: unknown }).polluted, undefined);
  };

  for (const name of names) {
    it(`are fields: ${name}`, () => {
      const json = parse({ name: "json", options: {} }, `{"${name}":{"polluted":1}}`);
      assert.deepEqual(Object.keys(json.fields), [name]);
      assert.equal(JSON.stringify(json.fields), `{"${name}":{"polluted":1}}`);
      const pairs = parse({ name: "logfmt", options: {} }, `${name}=polluted x=1`);
      assert.deepEqual(
        [pairs.error, Object.entries(pairs.fields)],
        [
          undefined,
          [
            [name, "polluted"],
            ["x", 1],
          ],
        ],
      );
      const groups = parse({ name: "regex", options: { pattern: `(?<${name}>.*)` } }, "polluted");
      assert.deepEqual([groups.error, Object.entries(groups.fields)], [undefined, [[name, "polluted"]]]);
      const format = parse({ name: "nginx", options: { format: `$${name} $status` } }, "polluted 200");
      assert.deepEqual(
        [format.error, Object.entries(format.fields)],
        [
          undefined,
          [
            [name, "polluted"],
            ["status", 200],
          ],
        ],
      );
      safe();
    });
  }

  it("are looked for by name without harm, and change no prototype (property)", () => {
    const path = fc.array(fc.constantFrom(...names, "a", "level", "time"), { minLength: 1, maxLength: 3 });
    const value = fc.jsonValue();
    fc.assert(
      fc.property(path, path, value, (choice, keys, inner) => {
        const line = keys.reduceRight(
          (text, key) => `{${JSON.stringify(key)}:${text}}`,
          JSON.stringify(inner),
        );
        const options = { time: choice.join("."), level: choice.join("."), message: choice.join(".") };
        const record = parse({ name: "json", options }, line);
        assert.equal(typeof record.message, "string");
        assert.ok(Number.isInteger(record.time));
        safe();
      }),
      { numRuns: 500 },
    );
  });
});
