import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { tempFolder } from "../helpers/temp.ts";

const program = join(import.meta.dirname, "..", "helpers", "starved.ts");

/** What a program of its own finds that may have so many files open. */
async function starved(what: string, folder: string, files: number): Promise<Record<string, unknown>> {
  const { stdout } = await promisify(execFile)(
    "/bin/sh",
    ["-c", `ulimit -n ${files} && exec "$@"`, "sh", process.execPath, program, what, folder],
    { timeout: 60_000 },
  );
  return JSON.parse(stdout) as Record<string, unknown>;
}

describe("file source at the limits of a process", () => {
  it("polls and says so once for each cause when watches fail, and finds files once it can", async (t) => {
    const found = await starved("watches", tempFolder(t), 80);
    assert.deepEqual([found.found, found.polling, found.unreadable], [20, true, 0]);
    const warnings = found.warnings as string[];
    assert.equal(warnings.filter((text) => text.startsWith("change events fail (EMFILE")).length, 1);
    assert.ok(warnings.length <= 2, warnings.join("\n"));
  });

  it("reads what it can open, and says once that there are more files than may be open", async (t) => {
    const found = await starved("files", tempFolder(t), 120);
    assert.equal(found.state, "watching");
    assert.equal(found.rows, 200);
    assert.ok((found.read as number) > 20);
    const warnings = found.warnings as string[];
    assert.equal(
      warnings.filter((text) => /can't be opened, they are tried again: EMFILE/.test(text)).length,
      1,
    );
    assert.ok(warnings.length <= 3, warnings.join("\n"));
  });

  it("names a folder it may not look into once, and finds what lies in the others", async (t) => {
    const folder = tempFolder(t);
    chmodSync(folder, 0o755);
    const found = await starved("folders", folder, 256);
    chmodSync(join(folder, "logs", "closed", "deep"), 0o755);
    assert.equal(found.present, 2);
    assert.deepEqual(found.unreadable, [join(folder, "logs", "closed", "deep")]);
    assert.equal((found.warnings as string[]).length, 1);
  });
});
