import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { silent } from "../../src/lib/log.ts";
import { createSampleLog } from "../../src/vscode/sample.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const program = (name: string) => fileURLToPath(new URL(`workers/${name}`, import.meta.url));

describe("the sample log", () => {
  it("is written by one process of its own, in a folder made for it, until it is stopped", async (t) => {
    const path = join(tempFolder(t), "logs", "sample.log");
    const sample = createSampleLog(program("generate.ts"), silent);
    t.after(() => sample.dispose());
    let changes = 0;
    sample.onChange(() => changes++);
    await sample.start(path);
    await sample.start(path);
    assert.equal(sample.running, true);
    const [first] = await until(() => {
      const lines = readFileSync(path, "utf8").split("\n");
      return lines.length > 3 ? lines : undefined;
    });
    assert.deepEqual(JSON.parse(first!).slice(0, 3), ["generate", "--format", "nginx"]);
    sample.stop();
    await until(() => !sample.running, { what: "the end of the writer" });
    assert.equal(changes, 2);
    const written = readFileSync(path, "utf8");
    assert.equal(written.match(/generate/g)?.length, 1);
  });

  it("is over, and says so, when its writer ends by itself", async (t) => {
    const lines: string[] = [];
    const info = (line: string) => void lines.push(line);
    const sample = createSampleLog(program("broken.ts"), { ...silent, info });
    t.after(() => sample.dispose());
    await sample.start(join(tempFolder(t), "a.log"));
    await until(() => !sample.running, { what: "the end of the writer" });
    assert.match(lines.join("\n"), /broken on purpose/);
    assert.match(lines.join("\n"), /ended: exit code 1/);
  });
});
