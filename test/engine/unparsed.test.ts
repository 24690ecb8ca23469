import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

describe("lines that do not parse", () => {
  it("L8: move the place in the file as others do, so that none comes twice after a restart", async (t) => {
    const folder = tempFolder(t);
    const [log, out] = [join(folder, "a.log"), join(folder, "out")];
    writeFileSync(log, "no access log\n\nneither is this\n");
    const values = {
      store: false,
      monitor: false,
      sources: { a: { paths: "a.log", from: "start", parser: "nginx" } },
      sinks: { out: { type: "file", path: "out" } },
    };
    const first = runEngine(t, folder);
    await first.apply(values);
    await until(() => recordsIn(out).length === 3);
    await first.engine.close();
    appendFileSync(log, "the last\n");
    await runEngine(t, folder).apply(values);
    await until(() => recordsIn(out).length >= 4);
    assert.deepEqual(
      recordsIn(out).map(({ raw }) => raw),
      ["no access log", "", "neither is this", "the last"],
    );
  });
});
