import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { tempFolder } from "../helpers/temp.ts";

const program = join(import.meta.dirname, "..", "helpers", "permissions.ts");

describe("file source and permissions", () => {
  if (process.platform !== "win32") {
    it("says which file it may not read, reads it whole once it may, and goes on where it could not look", async (t) => {
      const folder = tempFolder(t);
      chmodSync(folder, 0o777);
      const { stdout } = await promisify(execFile)(process.execPath, [program, folder], { timeout: 90_000 });
      const { denied, told } = JSON.parse(stdout) as {
        denied: { state: string; reason: string };
        told: string[];
      };
      assert.equal(denied.state, "failed");
      assert.match(denied.reason, /EACCES/);
      assert.deepEqual(told, ["one", "one", "three", "two"]);
    });
  }
});
