import assert from "node:assert/strict";
import {
  appendFileSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { silent } from "../../src/lib/log.ts";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}`);
const write = (file: string, texts: string[]): void =>
  appendFileSync(file, texts.map((text) => `${text}\n`).join(""));
const told = (running: RunningSource): string[] =>
  running
    .durable()
    .map(({ line }) => line)
    .sort((a, b) => Number(a.split(" ")[1]) - Number(b.split(" ")[1]));

const packers = { ".gz": gzipSync, ".zst": zstdCompressSync };

describe("file source, packed rotated files", () => {
  for (const [ending, pack] of Object.entries(packers)) {
    for (const [how, first, more] of [
      ["short", 3, 5],
      ["long", 60_000, 90_000],
    ] as const) {
      it(`I5: goes on in a ${how} ${ending} where it stopped reading what became of it while it was down`, async (t) => {
        const folder = tempFolder(t);
        const [file, data] = [join(folder, "a.log"), join(folder, "data")];
        const options = { paths: join(folder, "a.log*"), from: "start" as const };
        write(file, lines(0, first));
        const before = await startSource(data, options);
        await before.source.drain();
        await before.stop();
        write(file, lines(first, more));
        writeFileSync(`${file}.2${ending}`, pack("line 999999 of another file\n"));
        writeFileSync(`${file}.1${ending}`, pack(readFileSync(file)));
        unlinkSync(file);
        write(file, lines(more, more + 2));
        for (let round = 0; round < 2; round++) {
          const after = await startSource(data, options);
          await after.source.drain();
          assert.deepEqual(told(after), lines(0, more + 2));
          assert.equal(new Set(after.durable().map(({ generation }) => generation)).size, 2);
          await after.stop();
        }
      });
    }

    it(`goes on in a ${ending} of a log that was truncated while it was down`, async (t) => {
      const folder = tempFolder(t);
      const [file, data] = [join(folder, "a.log"), join(folder, "data")];
      write(file, lines(0, 3));
      const before = await startSource(data, { paths: file, from: "start" });
      await before.source.drain();
      await before.stop();
      write(file, lines(3, 5));
      writeFileSync(`${file}.1${ending}`, pack(readFileSync(file)));
      truncateSync(file, 0);
      write(file, lines(5, 6));
      const after = await startSource(data, { paths: file });
      t.after(after.stop);
      await after.source.drain();
      assert.deepEqual(told(after), lines(0, 6));
    });

    it(`I5: goes on in a ${ending} that got the inode of its original`, async (t) => {
      const folder = tempFolder(t);
      const [file, data] = [join(folder, "a.log"), join(tempFolder(t), "data")];
      write(file, lines(0, 3));
      const before = await startSource(data, { paths: file, from: "start" });
      await before.source.drain();
      await before.stop();
      write(file, lines(3, 5));
      writeFileSync(`${file}.1${ending}`, pack(readFileSync(file)));
      unlinkSync(file);
      write(file, lines(5, 6));
      const { db, spool } = openSpool(data);
      db.prepare("UPDATE generations SET inode = ?").run(statSync(`${file}.1${ending}`).ino);
      await spool.close();
      const after = await startSource(data, { paths: file, from: "start" });
      t.after(after.stop);
      await after.source.drain();
      assert.deepEqual(told(after), lines(0, 6));
    });

    it(`I5: never reads a ${ending} again that was rotated and packed before its eyes`, async (t) => {
      const folder = tempFolder(t);
      const file = join(folder, "a.log");
      write(file, lines(0, 3));
      const running = await startSource(join(folder, "data"), {
        paths: join(folder, "a.log*"),
        from: "start",
      });
      t.after(running.stop);
      await running.source.drain();
      write(file, lines(3, 5));
      renameSync(file, `${file}.1`);
      writeFileSync(`${file}.1${ending}`, "");
      await running.source.drain();
      appendFileSync(`${file}.1${ending}`, pack(readFileSync(`${file}.1`)));
      unlinkSync(`${file}.1`);
      write(file, lines(5, 6));
      await running.source.drain();
      await running.source.drain();
      assert.deepEqual(told(running), lines(0, 6));
    });
  }

  it("says that a log was replaced, not removed, where a new one stands in its place", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 3));
    const before = await startSource(data, { paths: file, from: "start" });
    await before.source.drain();
    await before.stop();
    write(join(folder, "next"), lines(3, 4));
    writeFileSync(`${file}.1.gz`, gzipSync(readFileSync(file)));
    renameSync(join(folder, "next"), file);
    const said: string[] = [];
    const log = { ...silent, info: (text: string) => void said.push(text) };
    const after = await startSource(data, { paths: file }, log);
    t.after(after.stop);
    await after.source.drain();
    assert.deepEqual(
      said.filter((text) => text.includes("not watched")),
      [`${file} was replaced while it was not watched`],
    );
  });

  it("knows a packed file by its first bytes too, and a damaged one for no one's rest", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 3));
    writeFileSync(`${file}.old`, gzipSync("line 100\n"));
    const before = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
    await before.source.drain();
    await before.stop();
    write(file, lines(3, 5));
    writeFileSync(`${file}.1.gz`, gzipSync(readFileSync(file)).subarray(0, -12));
    renameSync(file, join(folder, "aside"));
    unlinkSync(join(folder, "aside"));
    const after = await startSource(data, { paths: join(folder, "a.log*") });
    t.after(after.stop);
    await after.source.drain();
    assert.deepEqual(told(after), lines(0, 3));
  });
});
