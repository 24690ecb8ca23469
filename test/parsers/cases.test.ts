import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, it } from "node:test";
import type { Fields } from "../../src/model.ts";
import { createParser } from "../../src/parsers/index.ts";
import { origin } from "../helpers/records.ts";

interface Case {
  name?: string;
  /** Absent in nginx.json: the file's own. */
  parser?: string;
  options?: unknown;
  line: string;
  /** Either why it does not parse, or what comes out. */
  error?: string;
  time?: string;
  nanos?: number;
  /** The time is when the line was read. */
  observed?: boolean;
  level?: string;
  message?: string;
  fields?: Fields;
}

const folder = new URL("../cases/parsers/", import.meta.url);
const observed = Date.UTC(2026, 10, 21, 12, 0, 0, 7);

for (const file of readdirSync(folder).filter((name) => name !== "timestamps.json")) {
  const cases = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as Case[];
  describe(`lines of ${file.replace(".json", "")}`, () => {
    assert.ok(cases.length > 0, `${file} holds no case`);
    for (const {
      name,
      parser = "nginx",
      options,
      line,
      error,
      time,
      nanos,
      level,
      message,
      fields,
    } of cases) {
      it(`${parser} ${error === undefined ? "parses" : "refuses"} ${name ?? JSON.stringify(line)}`, () => {
        const made = createParser(parser, options, { timezone: "UTC", ignoreOffset: false });
        const record = made.parse(line, origin, 42, observed);
        assert.equal(record.error, error);
        assert.equal(record.raw, line);
        assert.equal(record.offset, 42);
        assert.equal(record.origin, origin);
        if (error !== undefined) {
          assert.deepEqual(
            [record.message, record.time, record.level, record.fields],
            [line, observed, undefined, {}],
          );
          return;
        }
        assert.equal(new Date(record.time).toISOString(), time ?? new Date(observed).toISOString());
        assert.equal(record.nanos, nanos ?? 0);
        assert.equal(record.level, level);
        assert.equal(record.message, message ?? line);
        if (fields) assert.deepEqual(record.fields, fields);
      });
    }
  });
}
