import assert from "node:assert/strict";
import {
  appendFileSync,
  closeSync,
  copyFileSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
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

/** Makes the checkpoints of a path those of another file's inode, as if that had been given again. */
async function giveInode(data: string, path: string, file: string): Promise<void> {
  const { db, spool } = openSpool(data);
  db.prepare("UPDATE generations SET inode = ? WHERE path = ?").run(statSync(file).ino, path);
  await spool.close();
}

describe("file source under rotation", () => {
  for (const glob of ["a.log", "a.log*"]) {
    it(`I11: reads all files of a cascade that was renamed three times while ${glob} was behind`, async (t) => {
      const folder = tempFolder(t);
      const file = join(folder, "a.log");
      write(file, lines(0, 5));
      const running = await startSource(join(folder, "data"), { paths: join(folder, glob), from: "start" });
      t.after(running.stop);
      for (let round = 0; round < 3; round++) {
        await until(() => running.source.files().some(({ path, size }) => path === file && size > 0));
        running.source.pause();
        write(file, lines(5 + round * 20, 15 + round * 20));
        for (let at = round; at > 0; at--) renameSync(`${file}.${at}`, `${file}.${at + 1}`);
        renameSync(file, `${file}.1`);
        write(file, lines(15 + round * 20, 25 + round * 20));
        running.source.resume();
        await running.source.drain();
      }
      assert.deepEqual(sorted(told(running)), lines(0, 65));
    });
  }

  it("takes a log truncated and renamed at once for itself, and its copy for a copy", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    write(file, lines(0, 1));
    const running = await startSource(join(folder, "data"), { paths: join(folder, "a.log*"), from: "start" });
    t.after(running.stop);
    await running.source.drain();
    copyFileSync(file, `${file}.2`);
    truncateSync(file, 0);
    renameSync(file, `${file}.1`);
    write(`${file}.1`, ["x 1"]);
    await running.source.drain();
    assert.deepEqual(told(running), ["line 0", "x 1"]);
  });

  it("I6: reads a rotated file that begins with the same long header as the new log", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const header = `#fields 0 ${"time path status ".repeat(100)}`;
    write(`${file}.1`, [header, "line 1"]);
    write(file, [header]);
    const running = await startSource(join(folder, "data"), { paths: join(folder, "a.log*"), from: "start" });
    t.after(running.stop);
    write(file, ["line 2"]);
    await running.source.drain();
    assert.deepEqual(sorted(told(running)), [header, header, "line 1", "line 2"]);
  });

  it("I7: reads a file on an inode whose last owner is read from a copy", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 1));
    const first = await startSource(data, { paths: file, from: "start" });
    await first.source.drain();
    await first.stop();
    renameSync(file, `${file}.1`);
    copyFileSync(`${file}.1`, `${file}.2`);
    unlinkSync(`${file}.1`);
    mkdirSync(join(folder, "aside"));
    write(join(folder, "aside", "a.log"), lines(1, 2));
    await giveInode(data, file, join(folder, "aside", "a.log"));
    const second = await startSource(data, { paths: file, from: "start" });
    t.after(second.stop);
    renameSync(join(folder, "aside", "a.log"), file);
    await second.source.drain();
    assert.deepEqual(told(second), lines(0, 2));
  });

  it("I7: reads the rest from a copy that got the inode of a file long gone", async (t) => {
    const folder = tempFolder(t);
    const [file, gone, data] = [join(folder, "a.log"), join(folder, "a.log.9"), join(folder, "data")];
    write(gone, ["gone 0"]);
    write(file, lines(1, 2));
    const first = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
    await first.source.drain();
    await first.stop();
    unlinkSync(gone);
    write(file, lines(2, 4));
    copyFileSync(file, `${file}.1`);
    truncateSync(file, 0);
    await giveInode(data, gone, `${file}.1`);
    const second = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
    t.after(second.stop);
    await second.source.drain();
    assert.deepEqual(sorted(told(second)), ["gone 0", ...lines(1, 4)]);
    assert.equal(new Set(second.durable().map(({ generation }) => generation)).size, 2);
  });

  it("does not read the copy of a file again that was truncated and removed while it was down", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 3));
    const first = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
    await first.source.drain();
    await first.stop();
    copyFileSync(file, `${file}.1`);
    unlinkSync(file);
    const second = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
    t.after(second.stop);
    await second.source.drain();
    assert.deepEqual(told(second), lines(0, 3));
  });

  it("does not read a copy again that lies where another file was read, while it was down", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(`${file}.1`, lines(0, 1));
    write(file, lines(1, 2));
    const first = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
    await first.source.drain();
    await first.stop();
    renameSync(`${file}.1`, `${file}.2`);
    copyFileSync(file, `${file}.1`);
    renameSync(file, join(folder, "gone"));
    write(file, lines(2, 3));
    unlinkSync(join(folder, "gone"));
    const second = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
    t.after(second.stop);
    await second.source.drain();
    assert.deepEqual(sorted(told(second)), lines(0, 3));
  });

  it("I4: reads a log that was rotated twice while it was down, and all between, although new files begin at their end", async (t) => {
    const folder = tempFolder(t);
    const [file, data] = [join(folder, "a.log"), join(folder, "data")];
    write(file, lines(0, 1));
    const first = await startSource(data, { paths: join(folder, "a.log*") });
    write(file, lines(1, 3));
    await first.source.drain();
    await first.stop();
    write(file, lines(3, 5));
    renameSync(file, `${file}.1`);
    write(file, lines(5, 8));
    renameSync(`${file}.1`, `${file}.2`);
    renameSync(file, `${file}.1`);
    write(file, lines(8, 9));
    const second = await startSource(data, { paths: join(folder, "a.log*") });
    t.after(second.stop);
    await second.source.drain();
    assert.deepEqual(sorted(told(second)), lines(1, 9));
  });

  for (const gone of ["a.log.9", "a.log.1"]) {
    it(`I7: does not read a copy again that got the inode of a longer file that was ${gone}`, async (t) => {
      const folder = tempFolder(t);
      const [file, data] = [join(folder, "a.log"), join(folder, "data")];
      write(join(folder, gone), lines(10, 30));
      write(file, lines(0, 3));
      const first = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
      await first.source.drain();
      await first.stop();
      unlinkSync(join(folder, gone));
      copyFileSync(file, `${file}.1`);
      await giveInode(data, join(folder, gone), `${file}.1`);
      const second = await startSource(data, { paths: join(folder, "a.log*"), from: "start" });
      t.after(second.stop);
      await second.source.drain();
      assert.deepEqual(sorted(told(second)), [...lines(0, 3), ...lines(10, 30)]);
    });
  }

  it("reads the copies of many logs truncated at once, each as the rest of its own", async (t) => {
    const folder = tempFolder(t);
    const names = Array.from({ length: 150 }, (_, at) => join(folder, `app-${at}.log`));
    for (const [at, name] of names.entries()) write(name, lines(at * 10, at * 10 + 2));
    const running = await startSource(join(folder, "data"), {
      paths: join(folder, "*.log*"),
      from: "start",
    });
    t.after(running.stop);
    await running.source.drain();
    running.source.pause();
    for (const [at, name] of names.entries()) {
      write(name, lines(at * 10 + 2, at * 10 + 5));
      copyFileSync(name, `${name}.1`);
      truncateSync(name, 0);
      write(name, lines(at * 10 + 5, at * 10 + 10));
    }
    running.source.resume();
    await running.source.drain();
    assert.deepEqual(sorted(told(running)), lines(0, 1500));
    const generations = Map.groupBy(running.durable(), ({ generation }) => generation);
    assert.equal(generations.size, 300);
  });

  for (const [what, fresh] of [
    ["longer", lines(10, 30)],
    ["longer, with the same first line", ["line 0", ...lines(10, 30)]],
    ["shorter", ["x 1"]],
  ] as const) {
    it(`I1, I2, I7: reads a file recreated on the same inode while it was down whole: ${what}`, async (t) => {
      const folder = tempFolder(t);
      const [file, data] = [join(folder, "a.log"), join(folder, "data")];
      write(file, lines(0, 5));
      const first = await startSource(data, { paths: file, from: "start" });
      await first.source.drain();
      await first.stop();
      rmSync(file);
      write(file, [...fresh]);
      await giveInode(data, file, file);
      const second = await startSource(data, { paths: file });
      t.after(second.stop);
      await second.source.drain();
      assert.deepEqual(told(second), [...lines(0, 5), ...fresh]);
    });
  }

  it("I14: leaves out the hole that a writer without O_APPEND makes after a truncation", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    const descriptor = openSync(file, "w");
    t.after(() => closeSync(descriptor));
    writeSync(descriptor, `${lines(0, 40).join("\n")}\n`);
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await running.source.drain();
    truncateSync(file, 0);
    writeSync(descriptor, `${lines(40, 42).join("\n")}\n`);
    await running.source.drain();
    assert.deepEqual(told(running), lines(0, 42));
  });

  it("I21: follows a symlink to where it is turned, and what it was turned from to its end", async (t) => {
    const folder = tempFolder(t);
    const link = join(folder, "current.log");
    write(join(folder, "one"), lines(0, 3));
    symlinkSync("one", link);
    const running = await startSource(join(folder, "data"), { paths: link, from: "start" });
    t.after(running.stop);
    await until(() => told(running).length === 3);
    write(join(folder, "one"), lines(3, 5));
    write(join(folder, "two"), lines(5, 8));
    symlinkSync("two", `${link}.new`);
    renameSync(`${link}.new`, link);
    await running.source.drain();
    write(join(folder, "one"), lines(8, 9));
    write(join(folder, "two"), lines(9, 11));
    await until(() => told(running).length === 11);
    assert.deepEqual(sorted(told(running)), lines(0, 11));
  });

  it("says why a file can't be read, and reads it whole once it can", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    symlinkSync("a.log", file);
    const running = await startSource(join(folder, "data"), { paths: file, from: "start" });
    t.after(running.stop);
    await until(() => running.source.state().state === "failed", { timeout: 20_000 });
    assert.match(running.source.files()[0]?.reason ?? "", /ELOOP/);
    unlinkSync(file);
    writeFileSync(file, "line 0\n");
    await until(() => told(running).length === 1, { timeout: 20_000 });
    assert.equal(running.source.state().state, "watching");
  });
});
