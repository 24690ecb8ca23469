import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { tempFolder } from "../helpers/temp.ts";

const program = join(import.meta.dirname, "..", "helpers", "starved.ts");

/** What a program of its own finds that is held by a limit. */
async function starved(what: string, folder: string, limit: string): Promise<Record<string, unknown>> {
  const shell = ["/bin/sh", "-c", `${limit} && exec "$@"`, "sh", process.execPath, program, what, folder];
  const [file = "", ...rest] = what === "watches" ? [...USER_SPACE, ...shell] : shell;
  const { stdout } = await promisify(execFile)(file, rest, { timeout: 60_000 });
  return JSON.parse(stdout) as Record<string, unknown>;
}

/** The number of watches is a limit of a user, and of users alone: one of its own can be given fewer. */
const USER_SPACE = ["unshare", "--user", "--map-root-user"];
const hasUserSpaces = spawnSync(USER_SPACE[0] ?? "", [...USER_SPACE.slice(1), "true"]).status === 0;

describe("file source at the limits of a process", () => {
  if (hasUserSpaces) {
    it("S15: polls and says so once when there are more files than may be watched", async (t) => {
      const found = await starved("watches", tempFolder(t), "echo 5 > /proc/sys/user/max_inotify_watches");
      assert.equal(found.present, 20);
      const warnings = found.warnings as string[];
      assert.equal(warnings.length, 1, warnings.join("\n"));
      assert.match(warnings[0] ?? "", /^change events fail \(ENOSPC.*max_user_watches/);
    });
  }

  it("S15: reads what it can open, and says once that there are more files than may be open", async (t) => {
    const found = await starved("files", tempFolder(t), "ulimit -n 120");
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
    const found = await starved("folders", folder, "ulimit -n 256");
    chmodSync(join(folder, "logs", "closed", "deep"), 0o755);
    assert.equal(found.present, 2);
    assert.deepEqual(found.unreadable, [join(folder, "logs", "closed", "deep")]);
    assert.equal((found.warnings as string[]).length, 1);
  });
});
