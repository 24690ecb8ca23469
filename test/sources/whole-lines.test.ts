import assert from "node:assert/strict";
import { appendFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { startSource } from "../helpers/source.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const PAGE = 4096;

function folderWith(t: Parameters<typeof tempFolder>[0], text: string) {
  const folder = tempFolder(t);
  const path = join(folder, "a.log");
  writeFileSync(path, text);
  return { path, data: join(folder, "data"), options: { paths: path, from: "start" as const } };
}

/** Sets the clock of the wall; the test's end sets it right. */
function setClock(t: { after(fn: () => void): void }, by: number): void {
  const { now } = Date;
  t.after(() => {
    Date.now = now;
  });
  Date.now = () => now() + by;
}

const DAY = 86_400_000;

describe("file source, whole lines", () => {
  it("L1: never hands on a line in two that it saw cut at the edge of a page", async (t) => {
    const { path, data, options } = folderWith(t, "");
    const running = await startSource(data, options);
    t.after(running.stop);
    const lines: string[] = [];
    for (let page = 1; page <= 20; page++) {
      const line = `${page} ${"x".repeat(PAGE)}`;
      const before = lines.reduce((sum, { length }) => sum + length + 1, 0);
      // As a reader sees it while the kernel copies page after page: up to the edge, then the rest.
      const edge = Math.ceil((before + 1) / PAGE) * PAGE - before;
      appendFileSync(path, line.slice(0, edge));
      await until(() => running.source.files()[0]?.size === before + edge, { every: 1 });
      appendFileSync(path, `${line.slice(edge)}\n`);
      lines.push(line);
      await until(() => running.lines().length === page, { every: 1 });
    }
    assert.deepEqual(running.lines(), lines);
    assert.deepEqual(
      running.durable().map(({ line }) => line),
      lines,
    );
  });

  it("L2: reads a new log from its first byte although it is longer than what was read of the old one", async (t) => {
    for (const live of [true, false]) {
      const { path, data, options } = folderWith(t, "one is a line\ntwo\n");
      let running = await startSource(data, options);
      t.after(() => running.stop());
      await until(() => running.lines().length === 2);
      if (!live) await running.stop();
      renameSync(path, `${path}.1`);
      writeFileSync(path, "a line that goes on beyond the old offset\nnext\n");
      if (!live) running = await startSource(data, options);
      await until(() => running.durable().length === 4);
      assert.deepEqual(
        running
          .durable()
          .map(({ line }) => line)
          .slice(2),
        ["a line that goes on beyond the old offset", "next"],
      );
    }
  });

  it("L3: hands a last line without its end on once: after a while, over restarts, and when its end comes", async (t) => {
    const { path, data, options } = folderWith(t, "one\nlast");
    const quick = { ...options, partialAfter: 100 };
    let running = await startSource(data, quick);
    t.after(() => running.stop());
    const durable = () => running.durable().map(({ line }) => line);
    await until(() => durable().length === 2);
    await running.source.drain();
    for (const more of ["", "\r", "\n", "next\n"]) {
      await running.stop();
      appendFileSync(path, more);
      running = await startSource(data, quick);
      await running.source.drain();
    }
    assert.deepEqual(durable(), ["one", "last", "next"]);
    assert.equal(running.durable().at(-1)?.id.split("-")[1], (10).toString());
  });

  it("L3: hands a last line without its end on once when its file ends", async (t) => {
    const { path, data, options } = folderWith(t, "one\nlast");
    const running = await startSource(data, options);
    t.after(running.stop);
    await until(() => running.source.files()[0]?.size === 8);
    writeFileSync(path, "new\n");
    await until(() => running.durable().length === 3);
    assert.deepEqual(
      running.durable().map(({ line }) => line),
      ["one", "last", "new"],
    );
  });

  it("L6: takes empty lines for lines, and keeps the place after a file of nothing else", async (t) => {
    const { path, data, options } = folderWith(t, "\n\r\n\n");
    const first = await startSource(data, options);
    await first.source.drain();
    assert.equal(first.source.files()[0]?.offset, 4);
    await first.stop();
    const second = await startSource(data, options);
    t.after(second.stop);
    appendFileSync(path, "\nlast\n");
    await second.source.drain();
    assert.deepEqual(
      second.chunks.map(({ start }) => start),
      [4],
    );
    assert.deepEqual(
      second.durable().map(({ line }) => line),
      ["", "", "", "", "last"],
    );
  });

  it("keeps NUL bytes, and a CR that ends no line", async (t) => {
    const { data, options } = folderWith(t, "a\0b\n\0\0\0\0\0\n c\rd\r\r\n");
    const running = await startSource(data, options);
    t.after(running.stop);
    await running.source.drain();
    assert.deepEqual(
      running.durable().map(({ line }) => line),
      ["a\0b", "\0\0\0\0\0", " c\rd\r"],
    );
  });

  it("leaves out the hole of NUL in a file that was looked at while it was empty", async (t) => {
    const { path, data, options } = folderWith(t, "");
    const running = await startSource(data, options);
    t.after(running.stop);
    await running.source.drain();
    writeFileSync(path, "\0\0\0\0\0\0\0\0line\n");
    await running.source.drain();
    assert.deepEqual(
      running.durable().map(({ line }) => line),
      ["line"],
    );
  });

  for (const [way, by] of [
    ["forward", DAY],
    ["back", -DAY],
  ] as const) {
    it(`neither flushes an unfinished line nor lets go of a renamed log when the clock is set ${way}`, async (t) => {
      const { path, data, options } = folderWith(t, "one\nunfin");
      const running = await startSource(data, { ...options, partialAfter: 60_000 });
      t.after(running.stop);
      await until(() => running.source.files()[0]?.size === 9);
      renameSync(path, `${path}.1`);
      await until(() => running.source.files().some((file) => file.path === `${path}.1`));
      setClock(t, by);
      // A renamed log is looked at every quarter of a second: nothing may come of two such looks.
      const set = performance.now();
      await until(() => performance.now() - set > 600);
      appendFileSync(`${path}.1`, "ished\n");
      await until(() => running.lines().length === 2);
      assert.deepEqual(running.lines(), ["one", "unfinished"]);
    });

    it(`hands an unfinished line on after a while although the clock is set ${way}`, async (t) => {
      const { data, options } = folderWith(t, "one\nlast");
      const running = await startSource(data, { ...options, partialAfter: 300 });
      t.after(running.stop);
      await until(() => running.source.files()[0]?.size === 8, { every: 1 });
      setClock(t, by);
      await until(() => running.durable().length === 2);
    });
  }
});
