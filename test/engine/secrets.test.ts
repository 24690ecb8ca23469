import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createEngine } from "../../src/engine/engine.ts";
import { silent } from "../../src/lib/log.ts";
import type { ApplyResult } from "../../src/protocol/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** An engine whose secret storage answers when the test does; NAME is the path of a sink's file. */
async function started(t: TestContext) {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "a.log"), "one\n");
  const questions: PromiseWithResolvers<string | undefined>[] = [];
  const engine = createEngine({
    log: silent,
    secrets: {
      get() {
        const question = Promise.withResolvers<string | undefined>();
        questions.push(question);
        return question.promise;
      },
      missing: (name) => `no ${name}`,
      patience: 50,
    },
  });
  t.after(() => engine.close());
  const results: ApplyResult[] = [];
  engine.onReconfigured((result) => results.push(result));
  const values = {
    ...{ monitor: false, store: false },
    sources: { a: { paths: "a.log", parser: "plain", from: "start" } },
    sinks: { open: { type: "file", path: "open" }, safe: { type: "file", path: `\${secret:NAME}` } },
  };
  const first = await engine.configure({
    layers: [{ origin: "workspace", baseDir: folder, values }],
    folders: [],
    trusted: true,
    dataDir: join(folder, "data"),
  });
  return { engine, folder, first, questions, results };
}

describe("a secret storage that does not answer", () => {
  it("holds up what needs the secret alone, which is named with the command that sets it", async (t) => {
    const { engine, first, questions } = await started(t);
    assert.equal(questions.length, 1);
    assert.deepEqual(
      engine.snapshot().sinks.map(({ id }) => id),
      ["open"],
    );
    await until(() => engine.snapshot().sinks[0]?.delivered === 1);
    const [issue] = first.issues;
    assert.deepEqual([issue?.path.join("."), issue?.missing], ["sinks.safe.path", "NAME"]);
    assert.match(
      issue?.message ?? "",
      /^the secret NAME can't be read: the secret storage has not answered .*"Log Monitor: Set Secret…"/,
    );
  });

  it("has what needs the secret begin when it answers after all", async (t) => {
    const { engine, folder, questions, results } = await started(t);
    questions[0]?.resolve("late");
    await until(() => results.length === 1);
    assert.deepEqual([results[0]?.added, results[0]?.issues], [["sinks.safe"], []]);
    assert.equal(questions.length, 1, "what it answered is not asked for again");
    appendFileSync(join(folder, "a.log"), "two\n");
    await until(() => engine.snapshot().sinks.every(({ delivered }) => delivered >= 1));
    await until(() => readFileSync(join(folder, "late"), "utf8").includes('"raw":"two"'));
  });
});
