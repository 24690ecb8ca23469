import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { repository } from "./helpers/vscode-paths.ts";

const from = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);
const ITEMS = [...from(27, 33), ...from(35, 44), ...from(47, 52)];
const ROW = /^\| (\d+) \| [^|]+ \| ([^|]+) \|$/gm;
/** A file, and the names of tests behind it. */
const SHOWN = /`([^`]+\.ts)`: ((?:“[^”]+”(?:, )?)+)/g;

describe("the checklist in test/README.md", () => {
  const text = readFileSync(join(repository, "test", "README.md"), "utf8");
  const rows = [...text.matchAll(ROW)];

  it("has every item once", () => {
    assert.deepEqual(
      rows.map(([, item]) => Number(item)),
      ITEMS,
    );
  });

  it("names tests that there are", () => {
    for (const [, item, shown = ""] of rows) {
      const files = [...shown.matchAll(SHOWN)];
      assert.ok(files.length > 0, `nothing shows item ${item}`);
      for (const [, file = "", names = ""] of files) {
        const source = readFileSync(join(repository, "test", file), "utf8");
        for (const [, name = ""] of names.matchAll(/“([^”]+)”/g))
          assert.ok(source.includes(name), `item ${item}: ${file} has no test “${name}”`);
      }
    }
  });
});
