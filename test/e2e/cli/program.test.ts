import assert from "node:assert/strict";
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { tempFolder } from "../../helpers/temp.ts";
import { start } from "./program.ts";

describe("a wait for what a program does", () => {
  it("fails with its words when it ends before, and not when it did it before", async (t) => {
    const cwd = tempFolder(t);
    writeFileSync(join(cwd, "log-monitor.yaml"), "sources: 5\n");
    const refused = start(t, ["run"], { cwd });
    await assert.rejects(
      refused.until(() => false, { what: "a miracle" }),
      /ended with [12] before a miracle: .*sources/s,
    );
    const written = start(t, ["generate", "--path", "a.log", "--rate", "0", "--lines", "1"], { cwd });
    await written.exited;
    await written.until(() => existsSync(join(cwd, "a.log")), { what: "its log" });
  });
});
