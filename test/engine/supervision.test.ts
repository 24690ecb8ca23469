import assert from "node:assert/strict";
import { appendFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createPipeline } from "../../src/engine/pipeline.ts";
import { createQuarantine } from "../../src/engine/quarantine.ts";
import { silent } from "../../src/lib/log.ts";
import { fileSource } from "../../src/sources/file.ts";
import { openSpool } from "../helpers/spool.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** A source over a spool whose table of checkpoints can be taken away: then it can't start. */
function setUp(t: TestContext, paths = "a.log") {
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  writeFileSync(log, "one\n");
  const { db, spool, checkpoints } = openSpool(join(folder, "data"));
  const raws: string[] = [];
  const warnings: string[] = [];
  const pipeline = createPipeline(
    {
      id: "a",
      type: "file",
      baseDir: folder,
      options: fileSource.options.parse({ paths: join(folder, paths), from: "start" }),
      parser: { name: "plain", options: {} },
      timezone: undefined,
      ignoreOffset: false,
      sinks: undefined,
      enabled: true,
    },
    {
      spool,
      checkpoints,
      log: { ...silent, warn: (message) => void warnings.push(message) },
      quarantine: createQuarantine(silent),
      room: () => undefined,
      refusal: () => undefined,
      read() {},
      deliver: ({ records }) => void raws.push(...records.map(({ raw }) => raw)),
      changed() {},
      putAside: async () => {},
    },
  );
  t.after(async () => {
    await pipeline.stop();
    await spool.close();
  });
  return {
    log,
    pipeline,
    raws,
    warnings,
    figures: () => pipeline.figures(),
    harm: () => db.exec("ALTER TABLE generations RENAME TO hidden"),
    mend: () => db.exec("ALTER TABLE hidden RENAME TO generations"),
  };
}

describe("the figures of a source", () => {
  it("forget a file that is gone, not what was read of it in all", async (t) => {
    const { log, pipeline, figures } = setUp(t, "*.log");
    await pipeline.start();
    await until(() => figures().lines === 1);
    unlinkSync(log);
    await until(() => figures().files.length === 0, { timeout: 30_000 });
    pipeline.tick(60);
    writeFileSync(log, "two\n");
    await until(() => figures().lines === 2);
    assert.deepEqual(
      figures().files.map(({ lines }) => lines),
      [1],
    );
  });
});

describe("supervision of a source", () => {
  it("keeps the reason of a failure, tries again, and reads on once the cause is gone", async (t) => {
    const { log, pipeline, raws, warnings, figures, harm, mend } = setUp(t);
    harm();
    await pipeline.start();
    assert.deepEqual([figures().state, figures().reason], ["failed", "no such table: generations"]);
    await until(() => warnings.length === 2);
    assert.match(warnings[1] ?? "", /source a failed and starts again in \d+ ms: no such table/);
    assert.equal(figures().reason, "no such table: generations");
    mend();
    await until(() => figures().state === "watching");
    assert.equal(figures().reason, undefined);
    appendFileSync(log, "two\n");
    await until(() => raws.length === 2);
    assert.deepEqual(raws, ["one", "two"]);
  });

  it("gives a source up that fails five times within a minute, says why, and starts it when asked", async (t) => {
    const { pipeline, raws, figures, harm, mend } = setUp(t);
    harm();
    await pipeline.start();
    await until(() => figures().reason?.startsWith("stopped after"), { timeout: 30_000 });
    assert.equal(figures().state, "failed");
    assert.equal(
      figures().reason,
      "stopped after 5 failures within a minute; start it again when the cause is mended. Last: no such table: generations",
    );
    mend();
    await pipeline.start();
    assert.deepEqual([figures().state, figures().reason], ["watching", undefined]);
    await until(() => raws.length === 1);
  });

  it("forgets the failure of a source that is stopped, and lets it be", async (t) => {
    const { pipeline, figures, harm, mend } = setUp(t);
    harm();
    await pipeline.start();
    await pipeline.stop();
    mend();
    assert.deepEqual([figures().state, figures().reason], ["stopped", undefined]);
    await pipeline.start();
    assert.equal(figures().state, "watching");
  });

  it("never runs a source twice, however starts and stops come", async (t) => {
    const { log, pipeline, raws, figures } = setUp(t);
    const calls = [pipeline.start(), pipeline.stop(), pipeline.start(), pipeline.start()];
    await Promise.all(calls);
    await until(() => figures().state === "watching");
    appendFileSync(log, "two\n");
    await until(() => raws.length >= 2);
    await pipeline.drain();
    assert.deepEqual(raws, ["one", "two"]);
  });
});
