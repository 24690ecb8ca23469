import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const values = {
  store: false,
  monitor: false,
  sources: { a: { paths: "a.log", from: "start", parser: "plain", maxLineBytes: 1024 } },
  sinks: { out: { type: "file", path: "out" } },
};

describe("bytes of a file", () => {
  it("are said to be unaccounted for when its reader neither read nor skipped them", async (t) => {
    const folder = tempFolder(t);
    // A mark, and a line of which the rest is left out.
    writeFileSync(join(folder, "a.log"), `\ufeffone\n${"x".repeat(1500)}\ntwo\n`);
    const first = runEngine(t, folder);
    await first.apply(values);
    await until(() => recordsIn(join(folder, "out")).length === 3);
    const { sources, problems } = first.engine.snapshot();
    const [account] = sources.map((source) => source.account);
    assert.deepEqual([account?.bytes, account?.skipped, account?.missing], [1032, 3 + 477, 0]);
    assert.deepEqual(problems, []);
    await first.engine.close();

    // As if it had jumped over five bytes.
    const db = new DatabaseSync(join(folder, "data", "spool.db"));
    db.exec("UPDATE generations SET skipped = skipped - 5");
    db.close();
    const second = runEngine(t, folder);
    await second.apply(values);
    await until(() => second.engine.snapshot().problems.length > 0);
    assert.match(
      second.engine.snapshot().problems[0] ?? "",
      /^the account of source a does not close: 5 bytes of its files are unaccounted for; please report this/,
    );
  });
});
