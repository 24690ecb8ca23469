import assert from "node:assert/strict";
import { appendFileSync, copyFileSync, mkdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { parseLines } from "../../src/engine/lines.ts";
import { createParser } from "../../src/parsers/index.ts";
import { encode, encodings, marks } from "../helpers/encodings.ts";
import { origin } from "../helpers/records.ts";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const plain = createParser("plain", {}, { timezone: undefined, ignoreOffset: false });

/** What a source handed on, as records: each line's offset, text, and whether it was cut. */
const told = ({ chunks }: RunningSource) =>
  chunks.flatMap(({ bytes, start, encoding, cut }) =>
    parseLines(bytes, start, plain, origin, 0, { encoding, cut }).map(({ offset, raw, fields }) =>
      fields.truncated === true ? [offset, raw, "truncated"] : [offset, raw],
    ),
  );
const texts = (source: RunningSource) => told(source).map(([, raw]) => raw);

describe("file source, encodings", () => {
  for (const { name, letters } of encodings) {
    it(`L7: reads ${name} on in the middle after a restart, byte by byte`, async (t) => {
      const folder = tempFolder(t);
      const [path, data] = [join(folder, "a.log"), join(folder, "data")];
      const mark = marks[name] ?? Buffer.alloc(0);
      const lines = [
        `one ${letters.join("")}`,
        "",
        `two ${letters.join("b")}`,
        "three",
        `four ${letters[0]}`,
      ];
      const all = Buffer.concat([mark, ...lines.map((line) => encode(`${line}\r\n`, name))]);
      const options = { paths: path, from: "start" as const, ...(mark.length === 0 && { encoding: name }) };
      writeFileSync(path, "");
      const found: unknown[] = [];
      let running = await startSource(data, options);
      const next = async () => {
        await running.stop();
        found.push(...told(running));
        running = await startSource(data, options);
      };
      t.after(() => running.stop());
      // Each byte comes alone; only whole lines are durable when the reader is stopped.
      for (const [at, byte] of all.entries()) {
        appendFileSync(path, Buffer.from([byte]));
        if (at % 7 === 3) await next();
      }
      await running.source.drain();
      found.push(...told(running));
      let offset = mark.length;
      const expected = lines.map((line) => {
        const at = offset;
        offset += encode(`${line}\r\n`, name).length;
        return [at, line];
      });
      assert.deepEqual(found, expected);
    });
  }

  it("L7: gives each letter of UTF-16 once, however its bytes come and wherever they are drained or read anew (property)", async (t) => {
    const letters = fc.constantFrom("a", "ä", "日", "\u0a0a", "\u0a00", "\n", "\n", "\r\n");
    const step = fc.record({
      bytes: fc.integer({ min: 1, max: 9 }),
      after: fc.constantFrom("", "drain", "restart"),
    });
    const parent = tempFolder(t);
    let run = 0;
    const property = fc.asyncProperty(
      fc.array(letters, { minLength: 5, maxLength: 40 }),
      fc.constantFrom("utf-16le", "utf-16be"),
      fc.array(step, { maxLength: 12 }),
      async (written, name, steps) => {
        const folder = join(parent, `${run++}`);
        mkdirSync(folder);
        const [path, data] = [join(folder, "a.log"), join(folder, "data")];
        const text = written.join("");
        const bytes = encode(`\uFEFF${text}`, name);
        const options = { paths: path, from: "start" as const };
        writeFileSync(path, "");
        let running = await startSource(data, options);
        const found: (readonly unknown[])[] = [];
        let at = 0;
        for (const { bytes: count, after } of [...steps, { bytes: bytes.length, after: "drain" }]) {
          appendFileSync(path, bytes.subarray(at, at + count));
          at += count;
          if (after === "drain") await running.source.drain();
          if (after !== "restart") continue;
          await running.stop();
          found.push(...told(running));
          running = await startSource(data, options);
        }
        await running.stop();
        found.push(...told(running));
        assert.equal(found.map(([, raw]) => raw).join(""), text.replace(/\r?\n/g, ""));
        for (const [offset, raw] of found) {
          const there = encode(String(raw), name);
          assert.deepEqual(bytes.subarray(Number(offset), Number(offset) + there.length), there);
        }
      },
    );
    await fc.assert(property, { numRuns: 40 });
  });

  it("keeps the raw bytes of what it can't decode", async (t) => {
    const path = join(tempFolder(t), "a.log");
    const bytes = Buffer.from("a\xff\xfeb\0c\n", "latin1");
    writeFileSync(path, bytes);
    const running = await startSource(join(path, "..", "data"), { paths: path, from: "start" });
    t.after(running.stop);
    await running.source.drain();
    assert.deepEqual(texts(running), ["a\uFFFD\uFFFDb\0c"]);
    assert.deepEqual(running.chunks[0]?.bytes, bytes);
  });

  it("begins at a whole line of UTF-16 when it begins at the end", async (t) => {
    const folder = tempFolder(t);
    const path = join(folder, "a.log");
    // The last two bytes look like a line end, but stand half in one unit and half in the next.
    writeFileSync(path, Buffer.from("\uFEFFold\nnew\u0a41\u0100", "utf16le"));
    const running = await startSource(join(folder, "data"), { paths: path });
    t.after(running.stop);
    appendFileSync(path, Buffer.from(" line\n", "utf16le"));
    await running.source.drain();
    assert.deepEqual(told(running), [[10, "new\u0a41\u0100 line"]]);
  });

  it("looks at the first bytes anew after a truncation", async (t) => {
    const folder = tempFolder(t);
    const path = join(folder, "a.log");
    const running = await startSource(join(folder, "data"), { paths: path, from: "start" });
    t.after(running.stop);
    for (const [text, encoding] of [
      ["\uFEFFin sixteen bits\n", "utf-16le"],
      ["in eight ä\n", "utf-8"],
      ["\uFEFFhigh\n", "utf-16be"],
    ] as const) {
      writeFileSync(path, encode(text, encoding));
      await running.source.drain();
    }
    assert.deepEqual(texts(running), ["in sixteen bits", "in eight ä", "high"]);
  });

  it("reads the rest of UTF-16 from its copy, an unfinished line too, also after a restart", async (t) => {
    for (const restart of [false, true]) {
      const folder = tempFolder(t);
      const [path, data] = [join(folder, "a.log"), join(folder, "data")];
      writeFileSync(path, Buffer.from("\uFEFFone\n", "utf16le"));
      let running = await startSource(data, { paths: path, from: "start" });
      t.after(() => running.stop());
      await running.source.drain();
      running.source.pause();
      const found = texts(running);
      if (restart) await running.stop();
      appendFileSync(path, Buffer.from("two\u0a0a\nthree", "utf16le"));
      copyFileSync(path, `${path}.1`);
      truncateSync(path);
      appendFileSync(path, Buffer.from("\uFEFFfour\n", "utf16le"));
      if (restart) running = await startSource(data, { paths: path, from: "start" });
      else found.length = 0;
      running.source.resume();
      await running.source.drain();
      assert.deepEqual([...found, ...texts(running)].sort(), ["four", "one", "three", "two\u0a0a"]);
    }
  });

  it("I5: goes on in the .gz of a log in UTF-16 that was rotated while it was down", async (t) => {
    for (const lines of [2, 4000]) {
      const folder = tempFolder(t);
      const [path, data] = [join(folder, "a.log"), join(folder, "data")];
      const read = Buffer.from(`\uFEFF${"read\u0a0a already\n".repeat(lines)}`, "utf16le");
      writeFileSync(path, read);
      const first = await startSource(data, { paths: path, from: "start" });
      await first.source.drain();
      await first.stop();
      const rest = Buffer.from("the\u0a0a rest\nunfinished", "utf16le");
      writeFileSync(`${path}.1.gz`, gzipSync(Buffer.concat([read, rest])));
      writeFileSync(path, Buffer.from("\uFEFFnew\n", "utf16le"));
      const second = await startSource(data, { paths: path, from: "start" });
      t.after(second.stop);
      await second.source.drain();
      await until(() => texts(second).length === 3);
      assert.deepEqual(
        told(second).sort(([, a], [, b]) => String(a).localeCompare(String(b))),
        [
          [2, "new"],
          [read.length, "the\u0a0a rest"],
          [read.length + 20, "unfinished"],
        ],
      );
    }
  });

  it("cuts lines at maxLineBytes, never within a character, counts them, and skips their rest", async (t) => {
    const letters = "日".repeat(1000);
    for (const [name, cut] of [
      ["utf-8", "日".repeat(341)],
      ["utf-16le", "日".repeat(512)],
      ["utf-16be", "日".repeat(512)],
    ] as const) {
      const folder = tempFolder(t);
      const path = join(folder, "a.log");
      writeFileSync(path, encode(`one\n${letters}\ntwo\n${letters}`, name));
      const options = { paths: path, from: "start" as const, encoding: name, maxLineBytes: "1KiB" };
      const running = await startSource(join(folder, "data"), options);
      await running.source.drain();
      const found = told(running);
      assert.equal(running.source.files()[0]?.cutLines, 2);
      await running.stop();
      appendFileSync(path, encode(`${letters}\r\nthree\n`, name));
      const later = await startSource(join(folder, "data"), options);
      await later.source.drain();
      found.push(...told(later));
      await later.stop();
      const at = (text: string) => encode(text, name).length;
      const second = at(`one\n${letters}\ntwo\n`);
      assert.deepEqual(found, [
        [0, "one"],
        [at("one\n"), cut, "truncated"],
        [at(`one\n${letters}\n`), "two"],
        [second, cut, "truncated"],
        [second + at(`${letters}${letters}\r\n`), "three"],
      ]);
    }
  });
});
