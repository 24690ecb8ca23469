import assert from "node:assert/strict";
import {
  appendFileSync,
  copyFileSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import { type RunningSource, startSource } from "../helpers/source.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const lines = (from: number, to: number): string[] =>
  Array.from({ length: to - from }, (_, at) => `line ${from + at}`);
const write = (file: string, texts: string[]): void =>
  appendFileSync(file, texts.map((text) => `${text}\n`).join(""));
const told = (running: RunningSource): string[] => running.durable().map(({ line }) => line);
const sorted = (texts: string[]): string[] =>
  [...texts].sort((a, b) => Number(a.split(" ")[1]) - Number(b.split(" ")[1]));

/** Known failures of other collectors, by the rows of the catalogue that have no test elsewhere. */
describe("file source, failures of others", () => {
  it("I7: reads a file that got the inode of one deleted just before", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 5));
    const first = await startSource(data, { paths: file, from: "start" });
    await first.source.drain();
    await first.stop();
    const { ino } = statSync(file);
    unlinkSync(file);
    // A file system gives a free inode again at once, or (tmpfs, btrfs) never: then nothing can be mistaken.
    for (let at = 0; at < 50; at++) {
      const candidate = join(folder, `candidate-${at}`);
      write(candidate, lines(10, 30));
      if (statSync(candidate).ino === ino || at === 49) {
        renameSync(candidate, file);
        break;
      }
    }
    const second = await startSource(data, { paths: file });
    t.after(second.stop);
    await second.source.drain();
    assert.deepEqual(told(second), [...lines(0, 5), ...lines(10, 30)]);
  });

  it("I8: a truncated file is sent once, also after three more starts", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 20));
    for (let round = 0; round < 4; round++) {
      const running = await startSource(data, { paths: file, from: "start" });
      if (round === 0) {
        await running.source.drain();
        truncateSync(file, 0);
        write(file, lines(20, 25));
      }
      await running.source.drain();
      assert.deepEqual(told(running), lines(0, 25));
      await running.stop();
    }
  });

  for (const [what, count] of [
    ["fewer", 3],
    ["as many", 10],
    ["more", 40],
  ] as const) {
    for (const down of [false, true]) {
      it(`I10: notices copytruncate before ${what} lines behind 4,000 equal bytes${down ? ", while down" : ""}`, async (t) => {
        const folder = tempFolder(t);
        const [file, data] = [join(folder, "a.log"), join(folder, "data")];
        const header = `#fields 0 ${"time path status ".repeat(240)}`;
        write(file, [header, ...lines(100, 110)]);
        let running = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
        await running.source.drain();
        if (down) await running.stop();
        copyFileSync(file, `${file}.1`);
        truncateSync(file, 0);
        write(file, [header, ...lines(200, 200 + count)]);
        if (down) running = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
        t.after(running.stop);
        await running.source.drain();
        const all = [header, ...lines(100, 110), header, ...lines(200, 200 + count)];
        assert.deepEqual(told(running), all);
      });
    }
  }

  it("I6: reads a file made anew at once that begins with the same long header as the one deleted", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const header = `#fields 0 ${"time path status ".repeat(240)}`;
    write(file, [header, ...lines(100, 110)]);
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await running.source.drain();
    for (let round = 2; round < 5; round++) {
      unlinkSync(file);
      write(file, [header, ...lines(round * 100, round * 100 + 3)]);
      await until(() => told(running).includes(`line ${round * 100 + 2}`), {
        // Sooner than the sweep would look.
        timeout: 10_000,
      });
    }
    assert.equal(told(running).length, 11 + 3 * 4);
  });

  it("I12: lets go of a copy that is packed and deleted, and of nothing that is unread", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, lines(0, 5));
    const running = await startSource(join(folder, "data"), { paths: join(folder, "a.log*"), from: "start" });
    t.after(running.stop);
    for (let round = 1; round < 4; round++) {
      await running.source.drain();
      running.source.pause();
      write(file, lines(round * 10 - 5, round * 10));
      copyFileSync(file, `${file}.1`);
      truncateSync(file, 0);
      running.source.resume();
      await running.source.drain();
      writeFileSync(`${file}.${round}.gz`, gzipSync(readFileSync(`${file}.1`)));
      unlinkSync(`${file}.1`);
      write(file, lines(round * 10, round * 10 + 5));
    }
    await running.source.drain();
    assert.deepEqual(sorted(told(running)), lines(0, 35));
    await until(() => running.source.files().length === 1);
  });

  it("I13: reads a file at once that is far smaller than what was read of it, however it came to that", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 10));
    const first = await startSource(data, { paths: file, from: "start" });
    await first.source.drain();
    await first.stop();
    const { db, spool } = openSpool(data);
    db.prepare("UPDATE generations SET offset = 104970000").run();
    await spool.close();
    const second = await startSource(data, { paths: file });
    t.after(second.stop);
    write(file, lines(10, 12));
    await second.source.drain();
    assert.deepEqual(told(second).slice(-2), lines(10, 12));
  });

  it("I16: sends nothing again when it is killed right after a rotation", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 10));
    const first = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
    await first.source.drain();
    renameSync(file, `${file}.1`);
    write(file, lines(10, 12));
    // Whether it saw the new file or not.
    for (let round = 0; round < 3; round++) first.image(join(folder, `killed-${round}`));
    await until(() => told(first).length === 12);
    first.image(join(folder, "killed-3"));
    await first.stop();
    for (let round = 0; round < 4; round++) {
      const next = await startSource(join(folder, `killed-${round}`), { paths: join(folder, "a.log*") });
      await next.source.drain();
      assert.deepEqual(told(next), lines(0, 12));
      await next.stop();
    }
  });

  it("I20: reads five files of 20 MB that are renamed while it lags, and lets go of those deleted", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const count = 200_000;
    const block = (from: number): string =>
      Array.from({ length: count }, (_, at) => `${from + at}:${"z".repeat(93)}\n`).join("");
    let seen = 0;
    let next = 0;
    writeFileSync(file, "");
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    for (let round = 0; round < 5; round++) {
      const { ino } = statSync(file);
      await until(() => running.generations().some(({ inode }) => inode === ino));
      appendFileSync(file, block(round * count));
      renameSync(file, `${file}.1`);
      writeFileSync(file, "");
      rmSync(`${file}.1`);
    }
    await until(() => running.chunks.reduce((sum, { bytes }) => sum + bytes.length, 0) >= 5 * count * 94, {
      timeout: 60_000,
    });
    await running.source.drain();
    // In order within each file, and each of a million lines once.
    const own = Map.groupBy(running.chunks, ({ generation }) => generation.key);
    const starts = [...own.values()].map((chunks) => Buffer.concat(chunks.map(({ bytes }) => bytes)));
    starts.sort(
      (a, b) =>
        Number.parseInt(a.toString("latin1", 0, 9), 10) - Number.parseInt(b.toString("latin1", 0, 9), 10),
    );
    for (const bytes of starts) {
      for (let from = 0; from < bytes.length; next++) {
        assert.equal(Number.parseInt(bytes.toString("latin1", from, from + 9), 10), next);
        from = bytes.indexOf(10, from) + 1;
        seen++;
      }
    }
    assert.equal(seen, 5 * count);
    await until(() => running.source.files().length === 1, { timeout: 30_000 });
  });

  for (const size of [1, 2, 63, 64, 65, 1023, 1024, 1025]) {
    it(`I22: reads a file of ${size} bytes, and on from there after a restart`, async (t) => {
      const folder = tempFolder(t);
      const [file, data] = [join(folder, "a.log"), join(folder, "data")];
      writeFileSync(file, `${"x".repeat(size - 1)}\n`);
      const first = await startSource(data, { paths: file, from: "start" });
      await first.source.drain();
      await first.stop();
      write(file, ["y"]);
      const second = await startSource(data, { paths: file, from: "start" });
      t.after(second.stop);
      await second.source.drain();
      assert.deepEqual(told(second), ["x".repeat(size - 1), "y"]);
    });
  }
});
