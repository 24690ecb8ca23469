import assert from "node:assert/strict";
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createLineTime } from "../../src/engine/line-time.ts";
import { silent } from "../../src/lib/log.ts";
import { createParser } from "../../src/parsers/index.ts";
import { firstSince } from "../../src/sources/file/since.ts";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";

const MINUTE = 60_000;
const timesIn = (): ((line: string) => number | undefined) =>
  createLineTime(createParser("json", {}, { timezone: undefined, ignoreOffset: false }));
/** A line that is so many minutes old. */
const aged = (minutes: number, text: string): string =>
  JSON.stringify({ time: new Date(Date.now() - minutes * MINUTE).toISOString(), msg: text });
const start = (folder: string, file: string, from: string, encoding?: string): Promise<RunningSource> =>
  startSource(
    join(folder, "data"),
    { paths: file, from, ...(encoding !== undefined && { encoding }) },
    silent,
    { timesIn },
  );
const told = (running: RunningSource): string[] => running.durable().map(({ line }) => line);

describe("what was there before a source began", () => {
  it("is told of where it is not read, once, and how it would be", async (t) => {
    const folder = tempFolder(t);
    for (const name of ["a.log", "b.log"]) writeFileSync(join(folder, name), "before\n");
    const said: string[] = [];
    const begin = (paths: string, from: string): Promise<RunningSource> =>
      startSource(
        join(folder, "data"),
        { paths: join(folder, paths), from },
        { ...silent, info: (message) => said.push(message) },
      );
    const first = await begin("*.log", "end");
    writeFileSync(join(folder, "c.log"), "new\n");
    await first.source.drain();
    await first.stop();
    assert.deepEqual(said, [
      "a: the first 14 bytes of 2 files that were there before are not read: `from: start` would read them",
    ]);
    const second = await begin("*.log", "end");
    await second.stop();
    assert.equal(said.length, 1);
  });

  it("is read without a word where it is read from its start", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "before\n");
    const said: string[] = [];
    const log = { ...silent, info: (message: string) => said.push(message) };
    const running = await startSource(
      join(folder, "data"),
      { paths: join(folder, "a.log"), from: "start" },
      log,
    );
    t.after(running.stop);
    await running.source.drain();
    assert.deepEqual(said, []);
  });
});

describe("from: an age", () => {
  it("begins at the first line that is at most so old, and reads on", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const recent = [aged(14, "x"), aged(1, "y")];
    writeFileSync(file, `${aged(600, "old")}\n${aged(16, "just too old")}\n${recent.join("\n")}\n`);
    const running = await start(folder, file, "15m");
    t.after(running.stop);
    appendFileSync(file, "later\n");
    await running.source.drain();
    assert.deepEqual(told(running), [...recent, "later"]);
  });

  it("finds it by a few looks in a file of many lines, also between lines without a time", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const lines: string[] = [];
    for (let minutes = 3000; minutes > 0; minutes--) {
      lines.push(aged(minutes, `line of ${minutes}`));
      for (let at = 0; at < 10; at++) lines.push(`    at frame ${at} ${"z".repeat(60)}`);
    }
    writeFileSync(file, lines.map((line) => `${line}\n`).join(""));
    const running = await start(folder, file, "2h");
    t.after(running.stop);
    await running.source.drain();
    const first = lines.findIndex((line) => line.includes('"line of 119"'));
    const read = told(running);
    // The instant between the two clocks may take one line more or less.
    assert.ok(Math.abs(read.length - (lines.length - first)) <= 11, `${read.length} of ${lines.length}`);
    assert.deepEqual(read, lines.slice(-read.length));
  });

  it("begins at the end where all is too old, and at the start where nothing is", async (t) => {
    const folder = tempFolder(t);
    const [old, young] = [join(folder, "old.log"), join(folder, "young.log")];
    writeFileSync(old, `${aged(600, "a")}\n${aged(500, "b")}\n`);
    writeFileSync(young, `${aged(3, "c")}\n${aged(2, "d")}\n`);
    const running = await start(folder, join(folder, "*.log"), "15m");
    t.after(running.stop);
    appendFileSync(old, "later\n");
    await running.source.drain();
    assert.deepEqual(
      told(running)
        .map((line) => /"msg":"(.)"/.exec(line)?.[1] ?? line)
        .sort(),
      ["c", "d", "later"],
    );
  });

  it("goes by the time of the file's last change where lines carry none", async (t) => {
    const folder = tempFolder(t);
    const [old, young] = [join(folder, "old.log"), join(folder, "young.log")];
    writeFileSync(old, "a\nb\n");
    writeFileSync(young, "c\nd\n");
    const hours = Date.now() / 1000 - 7200;
    utimesSync(old, hours, hours);
    const running = await start(folder, join(folder, "*.log"), "15m");
    t.after(running.stop);
    await running.source.drain();
    assert.deepEqual(told(running), ["c", "d"]);
  });

  it("begins at the same line in UTF-16", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const recent = aged(1, "y");
    writeFileSync(
      file,
      Buffer.from(`\uFEFF${aged(600, "ಊ")}\r\n${aged(400, "Ċ")}\r\n${recent}\r\n`, "utf16le"),
    );
    const running = await start(folder, file, "15m");
    t.after(running.stop);
    await running.source.drain();
    assert.equal(
      Buffer.concat(running.chunks.map(({ bytes }) => bytes)).toString("utf16le"),
      `${recent}\r\n`,
    );
  });

  it("asks nothing of times when a file was read before", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, `${aged(10, "a")}\n`);
    const first = await start(folder, file, "15m");
    await first.source.drain();
    await first.stop();
    appendFileSync(file, `${aged(600, "late")}\n`);
    const second = await start(folder, file, "1m");
    t.after(second.stop);
    await second.source.drain();
    assert.equal(told(second).length, 2);
  });

  it("finds, of times in order, the line that a look at all of them finds", async (t) => {
    const parent = tempFolder(t);
    const line = fc.record({
      step: fc.integer({ min: 0, max: 3 }),
      timed: fc.integer({ min: 0, max: 4 }).map((one) => one > 0),
      size: fc.constantFrom(0, 10, 5_000, 70_000),
    });
    const property = fc.asyncProperty(
      fc.array(line, { maxLength: 60 }),
      fc.integer({ min: 0, max: 100 }),
      async (lines, since) => {
        let time = 0;
        let text = "";
        const starts: { at: number; time: number | undefined }[] = [];
        for (const { step, timed, size } of lines) {
          time += step;
          starts.push({ at: text.length, time: timed ? time : undefined });
          text += `${timed ? `@${time} ` : ""}${"z".repeat(size)}\n`;
        }
        const file = join(mkdtempSync(join(parent, "f-")), "a.log");
        writeFileSync(file, text);
        const handle = await open(file);
        const timeOf = (one: string): number | undefined =>
          one.startsWith("@") ? Number.parseInt(one.slice(1), 10) : undefined;
        const found = await firstSince(handle, text.length, since, timeOf, "utf-8");
        await handle.close();
        rmSync(file);
        const wanted = starts.find((one) => one.time !== undefined && one.time >= since)?.at;
        if (wanted !== undefined) assert.equal(found, wanted);
        // Lines without a time behind the last one that has one may be of it.
        else if (found !== undefined)
          assert.ok(starts.every((one) => one.at < found || one.time === undefined));
        else assert.ok(starts.every((one) => one.time === undefined) || text.length > 65_536);
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});
