import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repository } from "./helpers/vscode-paths.ts";

/** How many rows each part of the catalogue has: identity, lines, sinks, reload. */
const PARTS = { I: 22, L: 11, S: 15, R: 8 };
const rows = Object.entries(PARTS).flatMap(([part, count]) =>
  Array.from({ length: count }, (_, at) => `${part}${at + 1}`),
);
/** A test that proves rows begins its name with them: `S9, S11: …`. */
const NAME = /\bit\(\s*["'`]((?:[ILSR]\d+(?:, )?)+):/g;
const ROW = /^\| ([ILSR]\d+) \| [^|]+ \| ([^|]+) \|$/gm;
const FILE = /`([^`]+\.test\.ts)`/g;

/** By row: the files, as the table names them, that hold a test with the row's name. */
function proven(): Map<string, Set<string>> {
  const found = new Map<string, Set<string>>(rows.map((row) => [row, new Set()]));
  const folder = join(repository, "test");
  for (const file of globSync("**/*.test.ts", { cwd: folder })) {
    for (const [, ids = ""] of readFileSync(join(folder, file), "utf8").matchAll(NAME)) {
      for (const id of ids.split(", ")) {
        assert.ok(found.has(id), `${file} names ${id}, which is no row`);
        found.get(id)?.add(file.replaceAll("\\", "/"));
      }
    }
  }
  return found;
}

describe("the table of failures in test/README.md", () => {
  const text = readFileSync(join(repository, "test", "README.md"), "utf8");
  const table = new Map([...text.matchAll(ROW)].map(([, row = "", tests = ""]) => [row, tests]));

  it("has every row of the catalogue once", () => {
    assert.deepEqual([...table.keys()], rows);
  });

  it("names for each row files that hold a test which names it, or says why there is none", () => {
    for (const [row, files] of proven()) {
      const told = table.get(row) ?? "";
      const named = [...told.matchAll(FILE)].map(([, file = ""]) => file);
      for (const file of named) assert.ok(files.has(file), `${file} has no test that names ${row}`);
      assert.equal(
        named.length > 0,
        files.size > 0,
        `${row} is proven by ${[...files].join(", ") || "nothing"}`,
      );
      if (named.length === 0) assert.match(told, /^left out: .{20}/, `why has ${row} no test?`);
    }
  });
});
