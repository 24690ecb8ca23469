import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { rotate } from "../../src/cli/rotate.ts";
import { type WriterOptions, writeLines } from "../../src/cli/writer.ts";
import { tempFolder } from "../helpers/temp.ts";

const NOW = new Date(2026, 10, 21, 6, 7, 8);

function options(path: string, changed: Partial<WriterOptions> = {}): WriterOptions {
  let n = 0;
  return {
    path,
    make: () => `line ${n++}`,
    pace: { due: () => 7 },
    lines: 100,
    rotation: undefined,
    every: { lines: Number.POSITIVE_INFINITY, ms: Number.POSITIVE_INFINITY },
    stamped: false,
    signal: new AbortController().signal,
    ...changed,
  };
}

function linesOf(folder: string): string[] {
  return readdirSync(folder).flatMap((name) =>
    readFileSync(join(folder, name), "utf8").split("\n").slice(0, -1),
  );
}

describe("log writer", () => {
  it("writes the number of lines asked for, into a folder it makes", async (t) => {
    const path = join(tempFolder(t), "new", "folder", "a.log");
    const written = await writeLines(options(path));
    const text = readFileSync(path, "utf8");
    assert.deepEqual(written, { lines: 100, bytes: text.length, rotations: 0 });
    assert.deepEqual(text.split("\n"), [...Array.from({ length: 100 }, (_, n) => `line ${n}`), ""]);
  });

  for (const rotation of ["rename", "copytruncate"] as const) {
    it(`loses no line by ${rotation}, several within one second`, async (t) => {
      const folder = tempFolder(t);
      const every = { lines: 20, ms: Number.POSITIVE_INFINITY };
      const written = await writeLines(options(join(folder, "a.log"), { rotation, every }));
      assert.equal(written.rotations, 5);
      assert.equal(readdirSync(folder).length, 6);
      assert.equal(readFileSync(join(folder, "a.log"), "utf8"), "");
      const lines = linesOf(folder);
      assert.equal(lines.length, 100);
      assert.equal(new Set(lines).size, 100);
    });
  }

  it("rotates by time", async (t) => {
    const folder = tempFolder(t);
    const every = { lines: Number.POSITIVE_INFINITY, ms: 0 };
    const written = await writeLines(options(join(folder, "a.log"), { rotation: "rename", every }));
    assert.equal(written.rotations, Math.ceil(100 / 7));
    assert.equal(linesOf(folder).length, 100);
  });

  it("stops when told, between two lines", async (t) => {
    const path = join(tempFolder(t), "a.log");
    const stop = new AbortController();
    let n = 0;
    const make = () => {
      if (++n === 50) stop.abort();
      return `line ${n}`;
    };
    const written = await writeLines(
      options(path, { make, lines: Number.POSITIVE_INFINITY, signal: stop.signal }),
    );
    assert.equal(readFileSync(path, "utf8").split("\n").length - 1, written.lines);
    assert.ok(written.lines >= 50 && written.lines < 60);
  });
});

describe("rotation", () => {
  it("names the old file by the time, beside the log", (t) => {
    const path = join(tempFolder(t), "log.txt");
    writeFileSync(path, "x");
    assert.equal(rotate(path, "rename", { stamped: true, now: NOW }), join(path, "..", "20261121060708.txt"));
  });

  it("overwrites nothing when two rotations share a second", (t) => {
    const folder = tempFolder(t);
    const path = join(folder, "access.log");
    for (const text of ["one", "two", "three"]) {
      writeFileSync(path, text);
      rotate(path, "rename", { stamped: false, now: NOW });
    }
    assert.deepEqual(readdirSync(folder).sort(), [
      "access.log.20261121060708",
      "access.log.20261121060708-1",
      "access.log.20261121060708-2",
    ]);
  });

  it("leaves the log in place, empty, with copytruncate", (t) => {
    const path = join(tempFolder(t), "access.log");
    writeFileSync(path, "old lines");
    const old = rotate(path, "copytruncate", { stamped: false, now: NOW });
    assert.equal(readFileSync(old, "utf8"), "old lines");
    assert.equal(readFileSync(path, "utf8"), "");
  });
});
