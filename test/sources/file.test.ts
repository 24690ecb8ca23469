import assert from "node:assert/strict";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createSource, startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** Lines `from` to `to` (exclusive), each different. */
const numbered = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at} ${"z".repeat(20)}`);
const write = (file: string, lines: string[]): void =>
  appendFileSync(file, lines.map((line) => `${line}\n`).join(""));
const sorted = (lines: string[]): string[] =>
  [...lines].sort((a, b) => Number(a.split(" ")[1]) - Number(b.split(" ")[1]));

describe("file source", () => {
  it("reads a file from its start when told, and follows it", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 10));
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    write(file, numbered(10, 20));
    await until(() => running.lines().length === 20);
    assert.deepEqual(running.lines(), numbered(0, 20));
  });

  it("begins at the end of a file never seen, at a whole line", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "old\nunfin");
    const running = await startSource(join(folder, "data"), { paths: file });
    t.after(running.stop);
    appendFileSync(file, "ished\nnew\n");
    await until(() => running.lines().length === 2);
    assert.deepEqual(running.lines(), ["unfinished", "new"]);
  });

  it("waits for a file that does not exist yet and reads it whole", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "sub", "later.log");
    const running = await startSource(join(folder, "data"), { paths: file });
    t.after(running.stop);
    assert.equal(running.source.files()[0]?.state, "waiting");
    mkdirSync(join(folder, "sub"));
    write(file, numbered(0, 5));
    await until(() => running.lines().length === 5);
    assert.equal(running.source.files()[0]?.state, "watching");
  });

  it("says of a path that is a folder what to write instead", async (t) => {
    const folder = tempFolder(t);
    const logs = join(folder, "logs");
    mkdirSync(logs);
    const running = await startSource(join(folder, "data"), { paths: logs });
    t.after(running.stop);
    const reason = `${logs} is a folder: write ${join(logs, "*.log")} for the logs in it`;
    assert.deepEqual(running.source.state(), { state: "failed", reason });
    assert.equal(running.source.files()[0]?.reason, reason);
  });

  it("never hands on part of a line while it is being written", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "");
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    for (const byte of Buffer.from("päivää\nsecond\n")) appendFileSync(file, Buffer.from([byte]));
    await until(() => running.lines().length === 2);
    assert.deepEqual(running.lines(), ["päivää", "second"]);
    for (const { bytes } of running.chunks) assert.equal(bytes.at(-1), 10);
  });

  it("hands on an unfinished last line after a while, once", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "one\nunfinished");
    const running = await startSource(join(folder, "data"), {
      paths: file,
      from: "start",
      partialAfter: 100,
    });
    t.after(running.stop);
    await until(() => running.chunks.length === 2);
    appendFileSync(file, "\nnext\n");
    await until(() => running.chunks.length === 3);
    assert.deepEqual(
      running.chunks.map(({ bytes, start }) => [start, bytes.toString()]),
      [
        [0, "one\n"],
        [4, "unfinished"],
        [15, "next\n"],
      ],
    );
  });

  it("resumes after a restart where it was durable", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 10));
    const first = await startSource(join(folder, "data"), { paths: file, from: "start" });
    await until(() => first.lines().length === 10);
    await first.stop();
    write(file, numbered(10, 15));
    const second = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(second.stop);
    await until(() => second.lines().length === 5);
    assert.deepEqual(second.lines(), numbered(10, 15));
    assert.equal(second.chunks[0]?.generation.key, first.chunks[0]?.generation.key);
  });

  it("I19: follows rename rotation, also twice at once, and writes to the renamed file", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 10));
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await until(() => running.lines().length === 10);
    write(file, numbered(10, 20));
    renameSync(file, `${file}.1`);
    write(file, numbered(20, 30));
    await until(() => running.lines().length === 30);
    write(`${file}.1`, numbered(30, 35));
    await until(() => running.lines().length === 35);
    assert.deepEqual(sorted(running.lines()), numbered(0, 35));
  });

  it("I17: does not read a renamed file again when the glob takes it in", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 10));
    const running = await startSource(join(folder, "data"), { paths: join(folder, "a.log*"), from: "start" });
    t.after(running.stop);
    await until(() => running.lines().length === 10);
    renameSync(file, `${file}.1`);
    write(file, numbered(10, 20));
    await until(() => running.lines().length === 20);
    await until(() => running.source.files().length === 2);
    assert.deepEqual(sorted(running.lines()), numbered(0, 20));
  });

  for (const glob of ["a.log", "a.log*"]) {
    it(`I9: follows copytruncate with ${glob} while behind, and reads the copy's rest once`, async (t) => {
      const folder = tempFolder(t);
      const file = join(folder, "a.log");
      write(file, numbered(0, 100));
      const running = await startSource(join(folder, "data"), { paths: join(folder, glob), from: "start" });
      t.after(running.stop);
      await until(() => running.lines().length === 100);
      // Paused, the reader is sure to lag behind the truncation.
      running.source.pause();
      write(file, numbered(100, 150));
      copyFileSync(file, `${file}.1`);
      truncateSync(file, 0);
      write(file, numbered(150, 160));
      running.source.resume();
      await until(() => running.lines().length >= 160);
      write(file, numbered(160, 170));
      await until(() => running.lines().length >= 170);
      assert.deepEqual(sorted(running.lines()), numbered(0, 170));
    });
  }

  it("I3: notices a rewrite that is longer than what was read", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 5));
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await until(() => running.lines().length === 5);
    writeFileSync(
      file,
      numbered(100, 120)
        .map((line) => `${line}\n`)
        .join(""),
    );
    await until(() => running.lines().length === 25);
    assert.deepEqual(running.lines().slice(5), numbered(100, 120));
  });

  it("I19: takes a deleted and recreated file for a new one", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 5));
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await until(() => running.lines().length === 5);
    unlinkSync(file);
    write(file, numbered(5, 8));
    await until(() => running.lines().length === 8);
    assert.deepEqual(running.lines(), numbered(0, 8));
  });

  it("I4: reads the rest of a file that was rotated while it was down", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 10));
    const first = await startSource(join(folder, "data"), { paths: file, from: "start" });
    await until(() => first.lines().length === 10);
    await first.stop();
    write(file, numbered(10, 20));
    renameSync(file, `${file}.1`);
    write(file, numbered(20, 30));
    const second = await startSource(join(folder, "data"), { paths: file });
    t.after(second.stop);
    await until(() => second.lines().length === 20);
    assert.deepEqual(sorted(second.lines()), numbered(10, 30));
  });

  it("leaves alone what the patterns leave out now, and goes on where it was when they take it in again", async (t) => {
    const folder = tempFolder(t);
    const data = join(folder, "data");
    const [a, b] = [join(folder, "a.log"), join(folder, "b.log")];
    write(a, numbered(0, 5));
    write(b, numbered(100, 105));
    const first = await startSource(data, { paths: a, from: "start" });
    await until(() => first.lines().length === 5);
    await first.stop();
    write(a, numbered(5, 9));

    const second = await startSource(data, { paths: b, from: "start" });
    await second.source.drain();
    await second.stop();
    const third = await startSource(data, { paths: a });
    t.after(third.stop);
    await third.source.drain();

    assert.deepEqual(second.lines(), numbered(100, 105));
    assert.deepEqual(third.lines(), numbered(5, 9));
  });

  it("I16: reads a rotated file on that it had not read to its end when it was stopped", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 5));
    const first = await startSource(join(folder, "data"), { paths: file, from: "start" });
    await until(() => first.lines().length === 5);
    first.source.pause();
    renameSync(file, join(folder, "old"));
    write(file, numbered(10, 12));
    await until(() => first.source.files().some(({ path }) => path === join(folder, "old")));
    write(join(folder, "old"), numbered(5, 8));
    await first.stop();

    const second = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(second.stop);
    await second.source.drain();

    assert.deepEqual(sorted(second.lines()), sorted([...numbered(5, 8), ...numbered(10, 12)]));
  });

  it("I9: reads the rest from the copy when it was truncated while it was down", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 10));
    const first = await startSource(join(folder, "data"), { paths: file, from: "start" });
    await until(() => first.lines().length === 10);
    await first.stop();
    write(file, numbered(10, 20));
    copyFileSync(file, `${file}.1`);
    truncateSync(file, 0);
    write(file, numbered(20, 24));
    const second = await startSource(join(folder, "data"), { paths: file });
    t.after(second.stop);
    await until(() => second.lines().length === 14);
    assert.deepEqual(sorted(second.lines()), numbered(10, 24));
  });

  it("I21: reads a file and its symlink once", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 5));
    symlinkSync(file, join(folder, "link.log"));
    const running = await startSource(join(folder, "data"), { paths: join(folder, "*.log"), from: "start" });
    t.after(running.stop);
    write(file, numbered(5, 10));
    await until(() => running.lines().length >= 10);
    assert.deepEqual(running.lines(), numbered(0, 10));
  });

  it("I2: keeps files of equal content apart", async (t) => {
    const folder = tempFolder(t);
    for (const name of ["a.log", "b.log"]) write(join(folder, name), numbered(0, 40));
    const running = await startSource(join(folder, "data"), { paths: join(folder, "*.log"), from: "start" });
    t.after(running.stop);
    await until(() => running.lines().length === 80);
    assert.equal(new Set(running.chunks.map(({ generation }) => generation.key)).size, 2);
  });

  it("stops reading while paused and goes on without a gap", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 2));
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await until(() => running.lines().length === 2);
    running.source.pause();
    write(file, numbered(2, 4));
    assert.equal(running.source.state().state, "paused");
    running.source.resume();
    await until(() => running.lines().length === 4);
    assert.deepEqual(running.lines(), numbered(0, 4));
  });

  it("drains: everything there is now, the unfinished line too, is durable", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 3000));
    appendFileSync(file, "no end");
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    await running.source.drain();
    assert.equal(
      running.chunks
        .map(({ bytes }) => bytes.toString())
        .join("")
        .split("\n")
        .at(-1),
      "no end",
    );
    await running.stop();
  });

  it("reads nothing again when it is drained while it starts, as by an end at the time of a reload", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 10));
    // Which of both is the first to look at the file is never the same.
    for (let round = 1; round <= 10; round++) {
      const running = createSource(join(folder, "data"), { paths: file, from: "start" });
      await Promise.all([running.source.start(), running.source.drain()]);
      const [lines, generations] = [running.durable().map(({ line }) => line), running.generations()];
      await running.stop();
      assert.deepEqual(lines, numbered(0, 10 * round));
      assert.equal(generations.length, 1);
      write(file, numbered(10 * round, 10 * (round + 1)));
    }
  });

  it("is drained at once when it was never started, or is stopped while it starts", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, numbered(0, 10));
    const running = createSource(join(folder, "data"), { paths: file, from: "start" });
    await running.source.drain();
    assert.deepEqual(running.lines(), []);
    void running.source.start();
    const drained = running.source.drain();
    await running.stop();
    await drained;
  });

  it("comes back when its folder goes and comes", async (t) => {
    const folder = tempFolder(t);
    const logs = join(folder, "logs");
    mkdirSync(logs);
    write(join(logs, "a.log"), numbered(0, 3));
    const running = await startSource(join(folder, "data"), { paths: join(logs, "*.log"), from: "start" });
    t.after(running.stop);
    await until(() => running.lines().length === 3);
    rmSync(logs, { recursive: true });
    mkdirSync(logs);
    write(join(logs, "a.log"), numbered(3, 6));
    await until(() => running.lines().length === 6, { timeout: 20_000 });
    assert.deepEqual(running.lines(), numbered(0, 6));
  });
});
