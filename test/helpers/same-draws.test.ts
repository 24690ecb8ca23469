import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { tempFolder } from "./temp.ts";

const execute = promisify(execFile);
const here = import.meta.resolve("./same-draws.ts");

/** What a property draws in a process of its own. */
async function draws(folder: string, ci: string): Promise<string> {
  const script = join(folder, "draws.mjs");
  writeFileSync(
    script,
    `import fc from "${import.meta.resolve("fast-check")}";
    const drawn = [];
    fc.assert(fc.property(fc.integer(), (one) => void drawn.push(one)));
    console.log(drawn.join());`,
  );
  const { CI: _, ...env } = process.env;
  const { stdout } = await execute(process.execPath, [`--import=${here}`, script], {
    env: ci ? { ...env, CI: ci } : env,
  });
  return stdout;
}

describe("what properties draw", () => {
  it("is the same in every run with CI=true", async (t) => {
    const folder = tempFolder(t);
    const first = await draws(folder, "true");

    assert.ok(first.split(",").length >= 100);
    assert.equal(await draws(folder, "true"), first);
  });

  it("is new in every other run", async (t) => {
    const folder = tempFolder(t);

    assert.notEqual(await draws(folder, ""), await draws(folder, ""));
  });
});
