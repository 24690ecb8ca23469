import assert from "node:assert/strict";
import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { describe, it, type TestContext } from "node:test";
import type { Config, SinkConfig } from "../../src/config/config.ts";
import { unusable } from "../../src/engine/folder.ts";
import { lockFolder } from "../../src/engine/lock.ts";
import { createWorks } from "../../src/engine/works.ts";
import { silent } from "../../src/lib/log.ts";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { within } from "../helpers/within.ts";

const raws = (file: string): string[] =>
  existsSync(file)
    ? readFileSync(file, "utf8")
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line).raw)
    : [];

async function running(t: TestContext) {
  const folder = tempFolder(t);
  const log = join(folder, "a.log");
  writeFileSync(log, "one\n");
  const values = {
    monitor: false,
    store: false,
    sources: { a: { paths: "a.log", parser: "plain", from: "start" } },
    sinks: { out: { type: "file", path: "out" } },
  };
  const { engine, apply } = runEngine(t, folder);
  await apply(values);
  await until(() => raws(join(folder, "out")).length === 1);
  return { folder, log, values, engine, apply };
}

/** An engine whose data folder is a file. */
function barred(t: TestContext) {
  const folder = tempFolder(t);
  const place = join(folder, "place");
  writeFileSync(place, "");
  writeFileSync(join(folder, "a.log"), "one\n");
  const values = {
    monitor: false,
    store: false,
    dataDir: place,
    sources: { a: { paths: "a.log", parser: "plain", from: "start" } },
    sinks: { out: { type: "file", path: "out" } },
  };
  return { folder, place, values, ...runEngine(t, folder) };
}

/** Places that can't be a data folder, and what is said of each. */
const unusables: [name: string, what: RegExp, make: (place: string) => void][] = [
  ["a file", /a file is in its place: move it away, or set dataDir/, (place) => writeFileSync(place, "")],
  [
    "a folder with a spool that is no database",
    /damaged or not of Log Monitor \(file is not a database\): move it away .* or set dataDir/,
    (place) => {
      mkdirSync(place);
      writeFileSync(join(place, "spool.db"), "not a database ".repeat(100));
    },
  ],
  [
    "a folder with another program's database",
    /another program.*: move it away to begin anew, or set dataDir/,
    (place) => {
      mkdirSync(place);
      const db = new DatabaseSync(join(place, "spool.db"));
      db.exec("CREATE TABLE songs (title TEXT)");
      db.close();
    },
  ],
  [
    "a folder whose lock is no database",
    /damaged or not of Log Monitor/,
    (place) => {
      mkdirSync(place);
      writeFileSync(join(place, "lock.db"), "not a database ".repeat(100));
    },
  ],
];

describe("data folder that can't be used", () => {
  for (const [name, what, make] of unusables) {
    it(`${name}: a start says what is wrong and what to do, and goes once it is mended`, async (t) => {
      const folder = tempFolder(t);
      const place = join(folder, "place");
      make(place);
      const { engine, apply } = runEngine(t, folder);
      const values = { monitor: false, store: false, dataDir: place };
      const named = (error: Error): boolean =>
        error.name === "UserError" && error.message.includes(place) && what.test(error.message);
      await assert.rejects(apply(values), named);
      assert.match(engine.snapshot().problems.join(), what);
      await apply({ ...values, dataDir: join(folder, "other") });
      assert.deepEqual(engine.snapshot().problems, []);
    });

    it(`${name}: a reload leaves all as it was`, async (t) => {
      const { folder, log, values, engine, apply } = await running(t);
      const place = join(folder, "place");
      make(place);
      const moved = { ...values, dataDir: place, sources: {}, sinks: {} };
      const { issues, added, removed, changed } = await apply(moved);
      assert.deepEqual([added, removed, changed], [[], [], []]);
      assert.deepEqual(
        issues.map(({ severity, path }) => [severity, path]),
        [["error", ["dataDir"]]],
      );
      assert.match(issues[0]?.message ?? "", what);
      appendFileSync(log, "two\n");
      await until(() => raws(join(folder, "out")).length === 2);
      assert.equal(engine.snapshot().sources[0]?.lines, 2);
    });
  }

  it("begins by itself once the folder can be used", async (t) => {
    const { folder, place, values, engine, apply } = barred(t);
    await assert.rejects(apply(values), /a file is in its place/);
    const reconfigured: string[] = [];
    engine.onReconfigured(({ added }) => reconfigured.push(...added));
    rmSync(place);
    await until(() => raws(join(folder, "out")).length === 1);
    assert.deepEqual(engine.snapshot().problems, []);
    assert.deepEqual(reconfigured, ["sources.a", "sinks.out"]);
  });

  it("begins at once when it is told to start, or says again why it can't", async (t) => {
    const { place, values, engine, apply } = barred(t);
    await assert.rejects(apply(values), /a file is in its place/);
    await assert.rejects(engine.start({}), /a file is in its place/);
    rmSync(place);
    await engine.start({});
    assert.equal(engine.snapshot().sources.length, 1);
  });

  it("ends while it waits to try again", async (t) => {
    const { values, engine, apply } = barred(t);
    await assert.rejects(apply(values), /a file is in its place/);
    await within(1_000, engine.close());
  });

  it("says of one that is not writable whose permission it needs", () => {
    for (const code of ["EACCES", "EPERM", "EROFS"]) {
      const error = Object.assign(new Error(`${code}: mkdir '/srv/data'`), { code });
      assert.match(
        unusable("/srv/data", error).message,
        /\/srv\/data can't be used: it is not writable .*: allow this user to write there, or set dataDir/,
      );
    }
  });
});

describe("reload", () => {
  it("moves to another data folder, with all that runs", async (t) => {
    const { folder, log, values, engine, apply } = await running(t);
    const { issues } = await apply({ ...values, dataDir: join(folder, "second") });
    assert.deepEqual(issues, []);
    assert.ok(existsSync(join(folder, "second", "spool.db")));
    appendFileSync(log, "two\n");
    await until(() => raws(join(folder, "out")).includes("two"));
    assert.equal(engine.snapshot().sources[0]?.state, "watching");
  });
});

describe("works", () => {
  /** A sink that nobody can build: there is no such type. */
  const impossible = { id: "bad", type: "nonsense", baseDir: "/", options: {} };

  async function started(t: TestContext, ...sinks: SinkConfig[]) {
    const folder = tempFolder(t);
    const works = createWorks(silent, () => {}, new AbortController().signal);
    t.after(() => works.close());
    const out = { id: "out", type: "file", baseDir: folder, options: { path: "out", unparsed: "send" } };
    const config: Config = {
      sources: new Map(),
      sinks: new Map([out, ...sinks].map((sink) => [sink.id, sink])),
      monitor: false,
      spool: { maxBytes: 1e9, whenFull: "block" },
      dataDir: join(folder, "data"),
    };
    const failed = await works.change(config, undefined);
    const states = () => works.plant?.snapshot().sinks.map(({ id, state }) => [id, state]);
    return { folder, works, config, failed, states };
  }

  it("keeps the old configuration in force, whole, when a new sink can't be built", async (t) => {
    const { works, config, states } = await started(t);
    await until(() => states()?.join() === "out,running");
    const { plant } = works;
    const without = { ...config, sinks: new Map([["bad", impossible]]) };
    const failed = await works.change(without, []);
    assert.deepEqual([...failed], [["bad", "no sink of type nonsense"]]);
    assert.equal(works.config, config);
    assert.equal(works.plant, plant);
    assert.deepEqual(states(), [["out", "running"]]);
  });

  it("keeps the old data folder when a sink can't be built for the new one, and lets go of the new", async (t) => {
    const { folder, works, config, states } = await started(t);
    const { plant } = works;
    const dataDir = join(folder, "second");
    const moved = { ...config, dataDir, sinks: new Map([["bad", impossible]]) };
    assert.equal((await works.change(moved, [])).size, 1);
    assert.equal(works.plant, plant);
    await until(() => states()?.join() === "out,running");
    (await lockFolder(dataDir, 0)).release();
  });

  it("begins with the rest when a sink can't be built at the first start, and goes on trying", async (t) => {
    const { works, failed, states } = await started(t, impossible);
    assert.deepEqual([...failed.keys()], ["bad"]);
    await until(() => states()?.join() === "out,running,bad,retrying");
    const bad = () => works.plant?.snapshot().sinks.find(({ id }) => id === "bad");
    assert.match(bad()?.lastError ?? "", /no sink of type nonsense/);
    const { retries } = bad() ?? assert.fail();
    await until(() => (bad()?.retries ?? 0) > retries + 1);
  });
});
