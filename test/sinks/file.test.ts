import assert from "node:assert/strict";
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { silent } from "../../src/lib/log.ts";
import type { Fields } from "../../src/model.ts";
import { fileSink } from "../../src/sinks/file.ts";
import { createRecordFormatter } from "../../src/sinks/record-json.ts";
import { accessRecord } from "../helpers/records.ts";
import { tempFolder } from "../helpers/temp.ts";

const make = (folder: string) =>
  fileSink.create(
    { path: "out/records.ndjson" },
    { id: "out", log: silent, dataDir: folder, baseDir: folder },
  );

describe("file sink", () => {
  it("appends one JSON record a line", async (t) => {
    const folder = tempFolder(t);
    const sink = await make(folder);
    await sink.open?.(undefined);
    await sink.write([
      accessRecord({ offset: 36 }),
      accessRecord({ offset: 72, error: "no", level: undefined, fields: {} }),
    ]);
    await sink.close();
    const [first, second] = readFileSync(sink.target, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line));
    assert.deepEqual(first, {
      id: "00000000000000ff-10",
      time: "2018-03-04T13:49:52.000Z",
      source: "access",
      file: "/logs/access.log",
      offset: 36,
      level: "info",
      message: "GET /foo?query=t HTTP/1.0",
      fields: accessRecord().fields,
      raw: "the line",
    });
    assert.equal(second.error, "no");
  });

  it("cuts what was not acknowledged before it writes again", async (t) => {
    const folder = tempFolder(t);
    const first = await make(folder);
    await first.open?.(undefined);
    const state = await first.write([accessRecord({ offset: 1 })]);
    await first.write([accessRecord({ offset: 2 })]);
    appendFileSync(first.target, '{"id":"torn');
    await first.close();
    const second = await make(folder);
    await second.open?.(state);
    await second.write([accessRecord({ offset: 2 })]);
    await second.close();
    const offsets = readFileSync(second.target, "utf8")
      .trimEnd()
      .split("\n")
      .map((line) => JSON.parse(line).offset);
    assert.deepEqual(offsets, [1, 2]);
  });

  it("does not cut another file than the one it wrote", async (t) => {
    const folder = tempFolder(t);
    const sink = await make(folder);
    await sink.check();
    appendFileSync(sink.target, "kept\n");
    await sink.open?.({ path: "/elsewhere", length: 0 });
    await sink.close();
    assert.equal(readFileSync(sink.target, "utf8"), "kept\n");
  });

  it("names itself by its path and can be checked without being opened", async (t) => {
    const folder = tempFolder(t);
    const sink = await make(folder);
    await sink.check();
    assert.equal(sink.target, join(folder, "out", "records.ndjson"));
  });
});

describe("record JSON", () => {
  it("is what JSON.stringify would write, for any text and fields (property)", () => {
    const value = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.double(),
      fc.boolean(),
      fc.constant(null),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.dictionary(fc.string({ unit: "binary" }), value),
        (raw, fields) => {
          const record = accessRecord({ raw, message: raw, fields: fields as Fields });
          const expected = JSON.stringify({ message: raw, fields, raw });
          const { message, fields: written, raw: line } = JSON.parse(createRecordFormatter()([record]));
          assert.equal(
            JSON.stringify({ message, fields: written, raw: line }),
            JSON.stringify(JSON.parse(expected)),
          );
        },
      ),
    );
  });
});
