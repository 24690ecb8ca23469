import assert from "node:assert/strict";
import { existsSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { makeFolder, makeFolderAsync, tryFolder } from "../../src/lib/folders.ts";
import { tempFolder } from "../helpers/temp.ts";

const makers: [string, (path: string) => void | Promise<void>][] = [
  ["makeFolder", makeFolder],
  ["makeFolderAsync", makeFolderAsync],
];

for (const [name, make] of makers) {
  describe(name, () => {
    it("makes a folder with those above it, and again", async (t) => {
      const path = join(tempFolder(t), "a", "b", "c");
      await make(path);
      await make(path);
      assert.ok(statSync(path).isDirectory());
    });

    it("names the file that is in the way", async (t) => {
      const file = join(tempFolder(t), "file");
      writeFileSync(file, "");
      for (const path of [file, join(file, "a", "b")])
        await assert.rejects(async () => make(path), { code: "ENOTDIR", message: /file is a file, not/ });
    });

    it("fails at once where the system takes no folders", { skip: !existsSync("/proc/self") }, async () => {
      for (const path of ["/proc/zz", "/proc/zz/a"])
        await assert.rejects(async () => make(path), { message: "no folder can be made in /proc" });
    });
  });
}

describe("tryFolder", () => {
  it("leaves nothing behind, and says why it can't be", { skip: !existsSync("/proc/self") }, (t) => {
    const folder = tempFolder(t);
    tryFolder(folder);
    tryFolder(join(folder, "a", "b"));
    assert.deepEqual(readdirSync(folder), []);
    assert.throws(() => tryFolder("/proc/zz/a"), { message: "no folder can be made in /proc" });
  });
});
