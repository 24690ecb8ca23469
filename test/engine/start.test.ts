import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { within } from "../helpers/within.ts";

const FILES = 2_000;
const PATIENCE = { timeout: 60_000 };

/** Many files: of a name each, and of names that rotation by date gives. */
function manyFiles(t: TestContext) {
  const folder = tempFolder(t);
  const logs = join(folder, "logs");
  mkdirSync(logs);
  for (let at = 0; at < FILES; at++) {
    const name = at % 2 === 0 ? `service-${at}.log` : `app.log.2026-${1000 + at}`;
    writeFileSync(join(logs, name), `${1000 + at} is the first line\n`);
  }
  const sources = { a: { paths: "logs/*", parser: "plain", from: "start" } };
  const values = { monitor: false, store: false, sources, sinks: { out: { type: "file", path: "out" } } };
  const { engine, apply } = runEngine(t, folder);
  return { folder, logs, values, engine, apply, source: () => engine.snapshot().sources[0] };
}

/** How many files had been taken up when the engine ended. */
function takenUp(folder: string): number {
  const db = new DatabaseSync(join(folder, "data", "spool.db"), { readOnly: true });
  try {
    return Number(db.prepare("SELECT count(*) AS files FROM generations").get()?.files);
  } finally {
    db.close();
  }
}

describe("start with thousands of files", () => {
  it("watches them all", async (t) => {
    const { logs, values, engine, apply, source } = manyFiles(t);
    await within(PATIENCE.timeout, apply(values));
    const watching = () => source()?.files.filter(({ state }) => state === "watching").length;
    await until(() => watching() === FILES, PATIENCE);
    await until(() => engine.snapshot().totals.lines === FILES, PATIENCE);
    for (const name of ["service-0.log", `app.log.2026-${1000 + FILES - 1}`])
      appendFileSync(join(logs, name), "one more\n");
    await until(() => engine.snapshot().totals.lines === FILES + 2, PATIENCE);
  });

  it("ends at once when the engine is closed", async (t) => {
    const { folder, values, engine, apply, source } = manyFiles(t);
    const applied = apply(values);
    await until(() => (source()?.files.length ?? 0) > 0, { ...PATIENCE, every: 1 });
    await within(PATIENCE.timeout, engine.close());
    await applied;
    assert.ok(takenUp(folder) < FILES);
  });

  it("ends at once when its source is stopped, which can be started again", async (t) => {
    const { values, engine, apply, source } = manyFiles(t);
    const applied = apply(values);
    await until(() => source(), { ...PATIENCE, every: 1 });
    await within(PATIENCE.timeout, engine.stop({}));
    await applied;
    assert.equal(source()?.state, "stopped");
    assert.deepEqual(source()?.files, []);
    await engine.start({});
    await until(() => engine.snapshot().totals.lines === FILES, PATIENCE);
  });
});
