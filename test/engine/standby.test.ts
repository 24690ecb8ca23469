import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { createEngine, type Engine } from "../../src/engine/engine.ts";
import { silent } from "../../src/lib/log.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const raws = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line).raw)
    : [];

/** An engine that stands by where the folder is held, and what it says. */
function engineOver(t: TestContext, folder: string) {
  const said: string[] = [];
  const engine = createEngine({
    log: { ...silent, info: (line) => void said.push(line), error: (line) => void said.push(line) },
    standBy: true,
  });
  t.after(() => engine.close());
  const apply = (values: object) =>
    engine.configure({
      layers: [{ origin: "workspace", baseDir: folder, values: { monitor: false, store: false, ...values } }],
      folders: [],
      trusted: true,
      dataDir: join(folder, "data"),
    });
  return { engine, apply, said };
}

const values = {
  sources: { a: { paths: "a.log", parser: "plain", from: "start" } },
  sinks: { out: { type: "file", path: "out" } },
};

async function two(t: TestContext, ofSecond: object = values) {
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  const out = join(folder, "out");
  writeFileSync(log, "one\n");
  const first = engineOver(t, folder);
  await first.apply(values);
  await until(() => raws(out).length === 1);
  const second = engineOver(t, folder);
  const result = await second.apply(ofSecond);
  return { folder, log, out, first, second, result };
}

const followed = (engine: Engine): number | undefined => engine.snapshot().followed?.process;

describe("a second engine on a data folder", () => {
  it("shows the figures of the first, and says whose they are", async (t) => {
    const { log, first, second, result } = await two(t);
    assert.deepEqual([result.issues, result.added], [[], []]);
    assert.equal(followed(second.engine), process.pid);
    assert.match(second.said.join("\n"), new RegExp(`^process ${process.pid} runs on \\S+: following`));
    appendFileSync(log, "two\n");
    const seen = await until(() => second.engine.snapshot().sources.find(({ lines }) => lines === 2));
    assert.equal(seen.files[0]?.path, log);
    assert.equal(followed(first.engine), undefined);
    assert.equal(second.engine.checkpoints()[0]?.offset, 8);
  });

  it("shows the history of the first", async (t) => {
    const { second } = await two(t);
    const now = Math.floor(Date.now() / 1000);
    const request = { from: now - 60, to: now + 60, points: 600 };
    await until(() =>
      second.engine.series(request).sources.a?.lines.reduce<number>((sum, lines) => sum + (lines ?? 0), 0),
    );
  });

  it("changes nothing of what runs, and names the process that does", async (t) => {
    const { first, second } = await two(t);
    const named = {
      name: "UserError",
      message: new RegExp(`process ${process.pid} runs on .* only follows`),
    };
    await assert.rejects(second.engine.start({}), named);
    for (const act of ["stop", "pause", "resume"] as const) {
      await assert.rejects(async () => second.engine[act]({}), named);
    }
    assert.equal(first.engine.snapshot().sources[0]?.state, "watching");
  });

  it("goes on where the first ended: each line once", async (t) => {
    const { log, out, first, second } = await two(t);
    const reconfigured: string[] = [];
    second.engine.onReconfigured(({ added }) => reconfigured.push(...added));
    appendFileSync(log, "two\n");
    await first.engine.close();
    appendFileSync(log, "three\n");
    // That it takes two seconds at most is looked at where a busy machine gets more than one try: test/e2e/cli.
    await until(() => followed(second.engine) === undefined);
    appendFileSync(log, "four\n");
    await until(() => raws(out).length === 4);
    assert.deepEqual(raws(out), ["one", "two", "three", "four"]);
    assert.deepEqual(reconfigured, ["sources.a", "sinks.out"]);
    assert.match(second.said.join("\n"), /took over/);
    await second.engine.pause({});
    assert.equal(second.engine.snapshot().sources[0]?.state, "paused");
  });

  it("brings its own configuration into force when it takes over", async (t) => {
    const other = {
      sources: { ...values.sources, b: { paths: "b.log", parser: "plain", from: "start" } },
      sinks: { out: { type: "file", path: "out" }, more: { type: "file", path: "more" } },
    };
    const { folder, log, out, first, second } = await two(t, { sources: {} });
    await second.apply(other);
    assert.equal(followed(second.engine), process.pid);
    writeFileSync(join(folder, "b.log"), "from b\n");
    await first.engine.close();
    appendFileSync(log, "two\n");
    await until(() => raws(join(folder, "more")).length === 2);
    await until(() => raws(out).length === 3);
    assert.deepEqual(raws(join(folder, "more")).toSorted(), ["from b", "two"]);
    assert.deepEqual(raws(out).toSorted(), ["from b", "one", "two"]);
  });

  it("of three, one takes over and the other follows it", async (t) => {
    const { folder, log, out, first, second } = await two(t);
    const third = engineOver(t, folder);
    await third.apply(values);
    await first.engine.close();
    const both = [second.engine, third.engine];
    await until(() => both.filter(({ snapshot }) => !snapshot().followed).length === 1);
    appendFileSync(log, "two\n");
    await until(() => both.every(({ snapshot }) => snapshot().sources[0]?.lines));
    assert.equal(both.filter(({ snapshot }) => snapshot().followed).length, 1);
    assert.deepEqual(raws(out), ["one", "two"]);
  });

  it("stops following when it is given a folder of its own", async (t) => {
    const { folder, second } = await two(t);
    await second.apply({
      ...values,
      dataDir: join(folder, "own"),
      sinks: { own: { type: "file", path: "mine" } },
    });
    assert.equal(followed(second.engine), undefined);
    await until(() => raws(join(folder, "mine")).length === 1);
  });

  it("has the first write its figures only while it follows", async (t) => {
    const { folder, log, first, second } = await two(t);
    const figures = join(folder, "data", "figures.json");
    await until(() => existsSync(figures), { what: "figures" });
    await second.engine.close();
    await until(
      () => {
        appendFileSync(log, "more\n");
        return !existsSync(figures);
      },
      { every: 100, timeout: 20_000, what: "the figures to go" },
    );
    const { lines } = first.engine.snapshot().totals;
    appendFileSync(log, "more\n");
    await until(() => first.engine.snapshot().totals.lines > lines);
    assert.ok(!existsSync(figures));
  });
});
