import assert from "node:assert/strict";
import { appendFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { silent } from "../../src/lib/log.ts";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const source = (path: string, more: object = {}) => ({
  paths: path,
  parser: "plain",
  from: "start",
  ...more,
});
const quiet = { monitor: false, store: false };

describe("reload of the engine's configuration", () => {
  it("leaves other sources' counters, positions and handles alone when one changes", async (t) => {
    const folder = tempFolder(t);
    for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.log`), "one\ntwo\n");
    const { engine, apply } = runEngine(t, folder);
    const sinks = { out: { type: "file", path: "out" } };
    await apply({ ...quiet, sources: { a: source("a.log"), b: source("b.log") }, sinks });
    await until(() => engine.snapshot().totals.lines === 4);
    const before = engine.snapshot().sources.find(({ id }) => id === "a");

    const changed = await apply({
      ...quiet,
      sources: { a: source("a.log"), b: source("c.log"), d: source("d.log") },
      sinks,
    });
    assert.deepEqual(
      [changed.added, changed.changed, changed.unchanged],
      [["sources.d"], ["sources.b"], ["sources.a", "sinks.out"]],
    );
    const removed = await apply({ ...quiet, sources: { a: source("a.log") }, sinks });
    assert.deepEqual(removed.removed, ["sources.b", "sources.d"]);

    const after = engine.snapshot().sources.find(({ id }) => id === "a");
    assert.deepEqual([after?.lines, after?.files[0]?.offset], [before?.lines, before?.files[0]?.offset]);
    appendFileSync(join(folder, "a.log"), "three\n");
    await until(() => engine.snapshot().sources[0]?.lines === 3);
  });

  it("stops to follow a file that becomes the output of a sink", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "a.log");
    writeFileSync(file, "one\n");
    const { engine, apply } = runEngine(t, folder);
    await apply({ ...quiet, sources: { a: source("*.log") } });
    await until(() => engine.snapshot().totals.lines === 1);
    await apply({
      ...quiet,
      sources: { a: source("*.log") },
      sinks: { out: { type: "file", path: "a.log" } },
    });
    writeFileSync(join(folder, "b.log"), "two\n");
    await until(() => readFileSync(file, "utf8").includes('"raw":"two"'));
    await engine.drain();
    assert.equal(engine.snapshot().totals.lines, 2);
  });

  it("keeps the old definition of a refused part in force", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "one\n");
    const { engine, apply } = runEngine(t, folder);
    await apply({ ...quiet, sources: { a: source("a.log") } });
    const { issues } = await apply({
      ...quiet,
      sources: { a: source("a.log", { parser: "nonsense" }), b: source("b.log") },
    });
    assert.equal(issues.length, 1);
    assert.deepEqual(issues[0]?.path, ["sources", "a", "parser"]);
    assert.deepEqual(
      engine
        .snapshot()
        .sources.map(({ id, parser }) => [id, parser])
        .sort(),
      [
        ["a", "plain"],
        ["b", "plain"],
      ],
    );
    appendFileSync(join(folder, "a.log"), "two\n");
    await until(() => engine.snapshot().totals.lines === 2);
  });

  it("changes the parser without touching the position", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), '{"message":"one"}\n');
    const { engine, apply } = runEngine(t, folder);
    const sinks = { out: { type: "file", path: "out" } };
    await apply({ ...quiet, sources: { a: source("a.log") }, sinks });
    await until(() => engine.snapshot().totals.lines === 1);
    await apply({ ...quiet, sources: { a: source("a.log", { parser: "json" }) }, sinks });
    appendFileSync(join(folder, "a.log"), '{"message":"two"}\n');
    await until(() => recordsIn(join(folder, "out")).length === 2);
    const messages = readFileSync(join(folder, "out"), "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => JSON.parse(line).message);
    assert.deepEqual(messages, ['{"message":"one"}', "two"]);
  });

  it("reloads when the configuration file changes, also when it is replaced", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "log-monitor.yaml");
    writeFileSync(file, "store: false\nmonitor: false\nsources:\n  a: { paths: a.log }\n");
    const { engine, apply } = runEngine(t, folder);
    await apply({ configFile: file });
    writeFileSync(
      file,
      "store: false\nmonitor: false\nsources:\n  a: { paths: a.log }\n  b: { paths: b.log }\n",
    );
    await until(() => engine.snapshot().sources.length === 2);
    const reports: number[] = [];
    engine.onReconfigured(({ issues }) => reports.push(issues.length));
    writeFileSync(file, "sources: [");
    await until(() => reports.at(-1) === 1);
    assert.equal(engine.snapshot().sources.length, 2);
  });

  it("keeps the old configuration in force when its file is emptied", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "log-monitor.yaml");
    const values = "store: false\nmonitor: false\nsources:\n  a: { paths: a.log }\n";
    for (const empty of ["", "# all of it in comments\n"]) {
      writeFileSync(file, values);
      const { engine, apply } = runEngine(t, folder, { dataDir: join(folder, `data${empty.length}`) });
      await apply({ configFile: file });
      writeFileSync(file, empty);
      const { issues } = await apply({ configFile: file });
      assert.deepEqual(
        issues.map(({ severity, origin }) => [severity, origin]),
        [["error", "file"]],
      );
      assert.match(issues[0]?.message ?? "", /the file is empty, which changes nothing: /);
      assert.deepEqual(
        engine.snapshot().sources.map(({ id }) => id),
        ["a"],
      );
      writeFileSync(file, "{ store: false, monitor: false }");
      await apply({ configFile: file });
      assert.deepEqual(engine.snapshot().sources, []);
    }
  });

  it("says a fault of the configuration once, however often it is read", async (t) => {
    const folder = tempFolder(t);
    const file = join(folder, "log-monitor.yaml");
    const fault = "store: false\nmonitor: false\nsources:\n  a: { paths: a.log, parser: nonsense }\n";
    writeFileSync(file, fault);
    const said: string[] = [];
    const log = { ...silent, error: (message: string) => void said.push(message) };
    const { engine, apply } = runEngine(t, folder, {}, log);
    await apply({ configFile: file });
    let read = 0;
    engine.onReconfigured(() => read++);
    writeFileSync(file, `${fault}# touched\n`);
    await until(() => read > 0);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? "", /nonsense/);
    writeFileSync(file, fault.replace("nonsense", "plain"));
    await until(() => engine.snapshot().sources.length === 1);
    writeFileSync(file, fault);
    await until(() => said.length === 2);
  });
});
