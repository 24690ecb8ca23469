import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createDeadLetters, reachOf } from "../../src/engine/deadletters.ts";
import { letterLine, readLetter } from "../../src/engine/letter.ts";
import { createRecentIds } from "../../src/engine/recent-ids.ts";
import { linesOf } from "../../src/lib/line-reader.ts";
import { silent } from "../../src/lib/log.ts";
import type { LogRecord } from "../../src/model.ts";
import { lettersOf } from "../helpers/letters.ts";
import { accessRecord } from "../helpers/records.ts";
import { tempFolder } from "../helpers/temp.ts";

const refusal = (offset: number, reason = "400") => ({ record: accessRecord({ offset }), reason });

describe("a dead letter", () => {
  it("holds the record whole: what is read back is what was refused (property)", () => {
    const text = fc.string({ unit: "binary", maxLength: 20 });
    const record = fc.record(
      {
        origin: fc.record(
          { source: text, file: text, key: fc.stringMatching(/^[0-9a-f]{16}$/) },
          { noNullPrototype: true },
        ),
        offset: fc.nat(2 ** 40),
        time: fc.integer({ min: 0, max: 4_000_000_000_000 }),
        nanos: fc.nat(999_999),
        precision: fc.constantFrom("s", "ms", "us", "ns"),
        level: fc.constantFrom("info", "error", undefined),
        message: text,
        fields: fc.dictionary(
          fc.string({ minLength: 1 }).filter((name) => name !== "__proto__"),
          fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)),
          { noNullPrototype: true },
        ),
        raw: text,
        error: fc.option(text, { nil: undefined }),
      },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(record, (one) => {
        const line = letterLine({ record: one as LogRecord, reason: "400" }, "s", "now");
        assert.equal(line.indexOf("\n"), line.length - 1);
        const back = readLetter(line);
        assert.deepEqual(back, one);
      }),
      { numRuns: 500 },
    );
  });

  const wrong: [what: string, edit: (letter: Letter) => unknown, says: RegExp][] = [
    ["no JSON", () => "nothing", /is no JSON object/],
    ["no record", ({ record: _, ...rest }) => rest, /^record: /],
    ["no message", ({ record }) => ({ record: { ...record, message: undefined } }), /^record.message: /],
    ["an id that is none", ({ record }) => ({ record: { ...record, id: "x" } }), /^record.id: is no id/],
    [
      "another offset",
      ({ record }) => ({ record: { ...record, offset: 5 } }),
      /^record.offset is not the one/,
    ],
    ["no time", ({ record }) => ({ record: { ...record, time: "today" } }), /^record.time: is no time like/],
    ["a level of its own", ({ record }) => ({ record: { ...record, level: "odd" } }), /^record.level: /],
    ["a key that is none", (letter) => ({ ...letter, recrod: 1 }), /recrod/],
  ];
  type Letter = { record: Record<string, unknown> };
  for (const [what, edit, says] of wrong) {
    it(`that was edited says what is wrong: ${what}`, () => {
      const edited = edit(JSON.parse(letterLine(refusal(4), "s", "now")) as Letter);
      assert.throws(() => readLetter(typeof edited === "string" ? edited : JSON.stringify(edited)), {
        message: says,
      });
    });
  }
});

describe("the file of dead letters", () => {
  it("keeps a letter whole behind one that a kill cut in half", async (t) => {
    const folder = tempFolder(t);
    const first = createDeadLetters(folder, "s", silent);
    await first.bury([refusal(1)]);
    appendFileSync(first.file, '{"at":"2026-');
    const next = createDeadLetters(folder, "s", silent);
    await next.bury([refusal(2)]);
    const lines = readFileSync(next.file, "utf8").split("\n");
    assert.equal(lines.length, 4);
    assert.equal(readLetter(lines[2] ?? "").offset, 2);
    assert.equal(next.count, 3);
  });

  it("holds a record once, though a kill between letter and cursor has it refused again", async (t) => {
    const folder = tempFolder(t);
    await createDeadLetters(folder, "s", silent).bury([refusal(1), refusal(2)]);
    const next = createDeadLetters(folder, "s", silent);
    await next.bury([refusal(1), refusal(2), refusal(3)]);
    assert.deepEqual(
      lettersOf(folder, "s").map(({ record }) => record.offset),
      [1, 2, 3],
    );
    assert.equal(next.count, 3);
  });

  it("knows no more than the last letters, however many there are", async (t) => {
    const folder = tempFolder(t);
    const letters = createDeadLetters(folder, "s", silent, { reach: 5_000 });
    for (let at = 0; at < 100; at++) await letters.bury([refusal(at)]);
    await letters.bury([refusal(99)]);
    assert.equal(letters.count, 100);
    await letters.bury([refusal(0)]);
    assert.equal(letters.count, 101);
  });

  it("keeps as many ids as go with so many bytes of letters (property)", () => {
    const added = fc.array(fc.tuple(fc.nat(30), fc.integer({ min: 1, max: 40 })), { maxLength: 60 });
    fc.assert(
      fc.property(added, fc.integer({ min: 40, max: 200 }), (all, most) => {
        const ids = createRecentIds(most);
        for (const [id, length] of all) ids.add(String(id), length);
        const last = new Map<number, number>();
        for (const [id, length] of all.toReversed()) if (!last.has(id)) last.set(id, length);
        let sum = 0;
        for (const [id, length] of last) {
          sum += length;
          // Those that came again may have pushed others out before.
          if (ids.has(String(id))) assert.ok(sum <= most, `${id} is kept`);
        }
        let reach = 0;
        for (const [id, length] of all.toReversed()) {
          reach += length;
          if (reach <= most) assert.ok(ids.has(String(id)), `${id} is forgotten`);
        }
        assert.ok(ids.size <= last.size);
      }),
    );
  });

  it("knows all again that two large writes in flight had refused", async (t) => {
    const folder = tempFolder(t);
    const batch = { records: 10_000, bytes: 1 << 20, concurrency: 2 };
    const raw = "\u0001".repeat(1_000);
    const refusals = Array.from({ length: 2_000 }, (_, offset) => ({
      record: accessRecord({ offset, raw, message: raw }),
      reason: "400",
    }));
    const limits = { reach: reachOf(batch) };
    await createDeadLetters(folder, "s", silent, limits).bury(refusals);
    const next = createDeadLetters(folder, "s", silent, limits);
    await next.bury(refusals.slice(0, 10));
    assert.equal(next.count, refusals.length);
  });

  it("puts a line back once, though a kill came before the replay went on", async (t) => {
    const folder = tempFolder(t);
    const line = letterLine(refusal(1), "s", "now").trimEnd().replace('"message"', '"massage"');
    const garbage = "nothing";
    await createDeadLetters(folder, "s", silent).putBack([line, garbage]);
    const next = createDeadLetters(folder, "s", silent);
    await next.putBack([line, garbage]);
    await next.putBack([line, garbage, "more"]);
    assert.equal(readFileSync(next.file, "utf8"), `${line}\n${garbage}\nmore\n`);
    assert.equal(next.count, 3);
  });

  it("says when it is large and when it is full, and takes what was refused all the same", async (t) => {
    const folder = tempFolder(t);
    const length = letterLine(refusal(1), "s", new Date().toISOString()).length;
    const letters = createDeadLetters(folder, "s", silent, { loud: 2 * length, most: 3 * length });
    const seen: [number, string | undefined, boolean][] = [];
    for (const at of [1, 2, 3, 4]) {
      await letters.bury([refusal(at)]);
      seen.push([letters.count, /replay or delete them/.exec(letters.problem ?? "")?.[0], letters.full]);
    }
    const told = "replay or delete them";
    assert.deepEqual(seen, [
      [1, undefined, false],
      [2, told, false],
      [3, told, true],
      [4, told, true],
    ]);
    rmSync(letters.file);
    await letters.look();
    assert.deepEqual([letters.problem, letters.full], [undefined, false]);
  });

  it("counts again when someone has edited it", async (t) => {
    const folder = tempFolder(t);
    const letters = createDeadLetters(folder, "s", silent);
    await letters.bury([refusal(1), refusal(2)]);
    const [, second] = readFileSync(letters.file, "utf8").split("\n");
    writeFileSync(letters.file, `${second}\n`);
    await letters.look();
    assert.equal(letters.count, 1);
    await letters.bury([refusal(1)]);
    assert.equal(letters.count, 2);
  });

  it("reads lines of any length, with their numbers and places (property)", async (t) => {
    const folder = tempFolder(t);
    const file = `${folder}/dead/lines`;
    mkdirSync(dirname(file));
    const line = fc.oneof(
      fc.string({ unit: "binary", maxLength: 30 }).filter((one) => !/[\n\uFFFD\uD800-\uDFFF]/.test(one)),
      fc.integer({ min: 262_130, max: 262_150 }).map((length) => "x".repeat(length)),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 6 }), fc.boolean(), async (lines, ended) => {
        writeFileSync(file, lines.join("\n") + (ended && lines.length > 0 ? "\n" : ""));
        const bytes = readFileSync(file);
        const seen: [number, string][] = [];
        for await (const { text, number, start, end } of linesOf(file)) {
          seen.push([number, text]);
          assert.equal(bytes.subarray(start, end).toString().replace(/\n$/, ""), text);
        }
        const all = lines.map((text, at): [number, string] => [at + 1, text]);
        assert.deepEqual(
          seen,
          all.filter(([, text]) => text.trim() !== ""),
        );
      }),
      { numRuns: 60 },
    );
  });
});
