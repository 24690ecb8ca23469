import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { describe, it } from "node:test";
import { createGenerations, keyOf } from "../../src/sources/file/generations.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("what a source knows of its files", () => {
  it("forgets files that were read to their end a week ago, in memory too, while it runs", async (t) => {
    const folder = tempFolder(t);
    const { db, spool, checkpoints } = openSpool(join(folder, "data"));
    t.after(() => spool.close());
    const generations = createGenerations("a", checkpoints);
    const begun = [];
    for (const name of ["new", "old", "read", "kept"]) {
      const path = join(folder, name);
      writeFileSync(path, `${name}\n`);
      const handle = await open(path, "r");
      begun.push(await generations.begin(path, handle, 0));
      await handle.close();
      if (name !== "read") generations.end(begun.at(-1)!);
    }
    db.prepare("UPDATE generations SET updated = updated - ? WHERE path NOT LIKE '%new'").run(8 * 86_400_000);
    generations.forgetOld(({ path }) => path.endsWith("kept"));
    const known = begun.filter((one) => generations.get(keyOf(one)) === one);
    assert.deepEqual(
      known.map(({ path }) => path.slice(folder.length + 1)),
      ["new", "read", "kept"],
    );
    assert.equal(checkpoints.load("a").length, 3);
  });
});
