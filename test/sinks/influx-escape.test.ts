import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { escapeKey, escapeMeasurement, quote } from "../../src/sinks/influx-escape.ts";

const text = fc.string({ unit: fc.constantFrom(..."aé😀,= \\\"'\n\r\t#"), maxLength: 12 });

/** Where InfluxDB 1.8 takes `stops` for separators: looking one byte back, as for keys and tags. */
function backwards(line: string, stops: string): number[] {
  return [...line.matchAll(/./gs)].flatMap(({ index }) =>
    stops.includes(line[index] ?? "") && line[index - 1] !== "\\" ? [index] : [],
  );
}

/** The same by skipping what follows a backslash, as for lines and fields. */
function skipping(line: string, stops: string): number[] {
  const found: number[] = [];
  for (let at = 0; at < line.length; at++) {
    if (line[at] === "\\") at++;
    else if (stops.includes(line[at] ?? "")) found.push(at);
  }
  return found;
}

describe("text in line protocol", () => {
  const cases: [text: string, key: string][] = [
    ["/foo", "/foo"],
    ["a b,c=d", "a\\ b\\,c\\=d"],
    ["C:\\logs\\x", "C:\\logs\\x"],
    ["C:\\logs\\", "C:\\logs\\\\\\ "],
    ["Smith\\, John", "Smith\\\\\\,\\ John"],
    ["\\\\=", "\\\\\\="],
    ["two\nlines\r\n\t", "two\\ lines\\ \\ \\ "],
  ];
  for (const [given, key] of cases) {
    it(`writes ${JSON.stringify(given)} as ${JSON.stringify(key)}`, () =>
      assert.equal(escapeKey(given), key));
  }

  it("leaves an equals sign of a measurement alone", () => {
    assert.equal(escapeMeasurement("a=b c,d"), "a=b\\ c\\,d");
  });

  it("never lets either way of reading see a separator within a key, nor miss the one after it (property)", () => {
    fc.assert(
      fc.property(text, (one) => {
        for (const [written, stops] of [
          [escapeKey(one), ",= \n"],
          [escapeMeasurement(one), ", \n"],
        ] as const) {
          for (const separator of stops) {
            const line = written + separator;
            assert.deepEqual(backwards(line, stops), [written.length]);
            assert.deepEqual(skipping(line, stops), [written.length]);
          }
        }
      }),
    );
  });

  it("gives a string field back as it was (property)", () => {
    fc.assert(
      fc.property(text, (one) => {
        const written = quote(one);
        assert.deepEqual(skipping(written, '"'), [0, written.length - 1]);
        assert.equal(written.slice(1, -1).replace(/\\(["\\])/g, "$1"), one);
      }),
    );
  });
});
