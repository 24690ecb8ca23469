import assert from "node:assert/strict";
import { appendFileSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inspectFolder } from "../../src/cli/inspect.ts";
import { silent } from "../../src/lib/log.ts";
import type { Snapshot } from "../../src/model.ts";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const source = (path: string, more: object = {}) => ({
  paths: path,
  parser: "plain",
  from: "start",
  ...more,
});
const quiet = { monitor: false, store: false };

describe("engine", () => {
  it("takes lines from a file to a sink", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "one\ntwo\n");
    const { engine, apply } = runEngine(t, folder);
    const result = await apply({
      ...quiet,
      sources: { a: source("a.log") },
      sinks: { out: { type: "file", path: "out" } },
    });
    assert.deepEqual(result.added, ["sources.a", "sinks.out"]);
    appendFileSync(join(folder, "a.log"), "three\n");
    await until(() => recordsIn(join(folder, "out")).length === 3);
    assert.deepEqual(
      recordsIn(join(folder, "out")).map(({ raw }) => raw),
      ["one", "two", "three"],
    );
    await until(() => engine.snapshot().sinks[0]?.delivered === 3);
    assert.equal(engine.snapshot().totals.lines, 3);
  });

  it("tells from the first second that it saw lines in how many come a second", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "one\ntwo\n");
    const { engine, apply } = runEngine(t, folder);
    let first: Snapshot | undefined;
    const listening = engine.onSnapshot((snapshot) => {
      if (snapshot.totals.linesPerSecond > 0) first ??= snapshot;
    });
    t.after(() => listening.dispose());
    await apply({ ...quiet, sources: { a: source("a.log") } });
    const { tps, at, startedAt } = await until(() => first, { timeout: 60_000 });
    // On a machine that was held up the first full step may be over.
    if (at - startedAt < 5_000) assert.ok(tps > 0, `${tps} lines/s`);
  });

  it("starts a source that is switched off only by its name, and tells group and switch in its figures", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "one\n");
    const { engine, apply } = runEngine(t, folder);
    const off = source("a.log", { enabled: false, heading: "shop" });
    await apply({ ...quiet, sources: { a: off, b: source("b.log") } });
    await engine.start({});
    const [a, b] = engine.snapshot().sources;
    assert.deepEqual([a?.state, a?.off, a?.group], ["stopped", true, "shop"]);
    assert.deepEqual([b?.state, b?.off, b?.group], ["waiting", undefined, undefined]);
    await engine.start({ source: "a" });
    await until(() => engine.snapshot().sources[0]?.lines === 1);
    await apply({ ...quiet, sources: { a: { ...off, heading: "store" }, b: source("b.log") } });
    const [regrouped] = engine.snapshot().sources;
    assert.deepEqual([regrouped?.group, regrouped?.state, regrouped?.lines], ["store", "watching", 1]);
  });

  it("leaves out what its own sinks write, by any path to it, also when rotated, and says whose it is", async (t) => {
    const folder = tempFolder(t);
    mkdirSync(join(folder, "logs"));
    writeFileSync(join(folder, "logs", "a.log"), "one\n");
    writeFileSync(join(folder, "logs", "out.log"), "");
    symlinkSync("logs", join(folder, "link"));
    const { engine, apply } = runEngine(t, folder);
    const out = join(folder, "logs", "out.log");
    const values = {
      ...quiet,
      sources: { a: source("link/*.log*"), b: source("data/**") },
      sinks: { out: { type: "file", path: "logs/out.log" } },
    };
    await apply(values);
    await until(() => recordsIn(out).length === 1);
    renameSync(out, `${out}.1`);
    appendFileSync(join(folder, "logs", "a.log"), "two\n");
    const rows = () => engine.snapshot().sources.flatMap(({ files }) => files);
    const reasons = () => rows().map(({ path, reason }) => `${path}: ${reason}`);
    await until(() => recordsIn(out).length === 1 && rows().some(({ path }) => path.endsWith("out.log.1")));
    await engine.drain();
    assert.equal(engine.snapshot().totals.lines, 2);
    assert.deepEqual(
      recordsIn(out).map(({ raw }) => raw),
      ["two"],
    );
    const [first, rotated, data] = ["link/out.log:", "link/out.log.1:", "data:"].map((name) =>
      reasons().find((row) => row.startsWith(join(folder, name))),
    );
    assert.match(first ?? "", /sink out writes this file: source a leaves it out/);
    assert.match(rotated ?? "", /sink out wrote these records .* source a leaves them out/);
    assert.match(data ?? "", /data folder.* source b leaves it out/);
  });

  it("says of each file what auto took it for: in the log, the snapshot and the checkpoint", async (t) => {
    const folder = tempFolder(t);
    const lines = (line: string) => `${line}\n`.repeat(6);
    writeFileSync(join(folder, "a.log"), lines('{"level":"info","msg":"x"}'));
    writeFileSync(join(folder, "b.log"), lines("level=info msg=x"));
    writeFileSync(join(folder, "c.log"), "level=info msg=x\n");
    const said: string[] = [];
    const { engine, apply } = runEngine(t, folder, {}, { ...silent, info: (message) => said.push(message) });
    const values = { ...quiet, sources: { a: source("*.log", { parser: "auto" }), n: source("a.log") } };
    await apply(values);
    await until(() => engine.snapshot().totals.lines === 19);
    const [auto, plain] = engine.snapshot().sources;
    const rows = auto?.files.map(({ path, parser }) => [path.slice(folder.length + 1), parser]);
    assert.deepEqual(rows?.sort(), [
      ["a.log", "auto (json)"],
      ["b.log", "auto (logfmt)"],
      ["c.log", "auto (logfmt)"],
    ]);
    assert.equal(auto?.parser, "auto (json, logfmt)");
    assert.deepEqual([plain?.parser, plain?.files[0]?.parser], ["plain", undefined]);
    assert.deepEqual(said.filter((message) => message.includes(" is read as ")).sort(), [
      `source a: ${join(folder, "a.log")} is read as json`,
      `source a: ${join(folder, "b.log")} is read as logfmt`,
    ]);
    assert.deepEqual(
      (await inspectFolder(join(folder, "data"))).checkpoints.map(({ source, parser }) => [source, parser]),
      [
        ["a", "auto (json)"],
        ["a", "auto (logfmt)"],
        ["a", "auto (logfmt)"],
        ["n", "plain"],
      ],
    );
    appendFileSync(join(folder, "c.log"), lines("level=info msg=x"));
    await until(() => said.includes(`source a: ${join(folder, "c.log")} is read as logfmt`));
  });

  it("routes sources to the sinks they name", async (t) => {
    const folder = tempFolder(t);
    for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.log`), `${name}\n`);
    const { apply } = runEngine(t, folder);
    const sinks = { one: { type: "file", path: "one" }, two: { type: "file", path: "two" } };
    await apply({ ...quiet, sources: { a: source("a.log", { sinks: ["one"] }), b: source("b.log") }, sinks });
    await until(
      () => recordsIn(join(folder, "one")).length === 2 && recordsIn(join(folder, "two")).length === 1,
    );
    assert.deepEqual(
      recordsIn(join(folder, "two")).map(({ raw }) => raw),
      ["b"],
    );
  });

  it("goes on without a sink that is down, which catches up by itself", async (t) => {
    const folder = tempFolder(t);
    const port = await deadPort();
    const log = join(folder, "a.log");
    writeFileSync(log, "");
    const { engine, apply } = runEngine(t, folder);
    const sinks = {
      down: { type: "influxdb", dsn: `http://127.0.0.1:${port}@u@p@db@s` },
      up: { type: "file", path: "out" },
    };
    await apply({ ...quiet, sources: { a: source("a.log") }, sinks });
    for (let at = 0; at < 50; at++) appendFileSync(log, `line ${at}\n`);
    await until(() => recordsIn(join(folder, "out")).length === 50);
    await until(() => engine.snapshot().sinks.find(({ id }) => id === "down")?.state === "retrying");
    assert.match(
      engine.snapshot().sinks.find(({ id }) => id === "down")?.lastError ?? "",
      /can't be reached/,
    );

    let arrived = 0;
    const server = createServer((request, response) => {
      let body = "";
      request.on("data", (part) => (body += part));
      request.on("end", () => {
        arrived += body.split("\n").length;
        response.writeHead(204).end();
      });
    });
    t.after(() => server.closeAllConnections());
    t.after(() => void server.close());
    server.listen(port, "127.0.0.1");
    await until(() => arrived === 50, { timeout: 60_000 });
    await until(() => engine.snapshot().sinks.find(({ id }) => id === "down")?.state === "running");
  });

  it("survives a monitor port in use, and says so", async (t) => {
    const folder = tempFolder(t);
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    t.after(() => void server.close());
    const address = server.address();
    const port = typeof address === "object" ? address?.port : 0;
    writeFileSync(join(folder, "a.log"), "one\n");
    const { engine, apply } = runEngine(t, folder);
    await apply({ store: false, monitor: { port }, sources: { a: source("a.log") } });
    await until(() => engine.snapshot().totals.lines === 1);
    assert.match(engine.snapshot().monitor?.error ?? "", /monitor\.port/);
  });

  it("stops, starts, pauses and resumes one source or all", async (t) => {
    const folder = tempFolder(t);
    for (const name of ["a", "b"]) writeFileSync(join(folder, `${name}.log`), "one\n");
    const { engine, apply } = runEngine(t, folder);
    await apply({ ...quiet, sources: { a: source("a.log"), b: source("b.log") } });
    const states = () => engine.snapshot().sources.map(({ state }) => state);
    await until(() => states().join() === "watching,watching");
    await engine.pause({ source: "a" });
    assert.deepEqual(states(), ["paused", "watching"]);
    await engine.resume({});
    await engine.stop({ source: "b" });
    assert.deepEqual(states(), ["watching", "stopped"]);
    appendFileSync(join(folder, "b.log"), "two\n");
    await engine.start({});
    await until(() => engine.snapshot().sources[1]?.lines === 2);
  });

  it("tells a second engine on the same folder who holds it", async (t) => {
    const folder = tempFolder(t);
    const first = runEngine(t, folder);
    await first.apply(quiet);
    const second = runEngine(t, folder);
    await assert.rejects(second.apply(quiet), /in use by another Log Monitor \(process \d+\)/);
  });

  it("frees what it holds: a second life on the same folder goes on where the first ended", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "one\n");
    const values = {
      ...quiet,
      sources: { a: source("a.log") },
      sinks: { out: { type: "file", path: "out" } },
    };
    const first = runEngine(t, folder);
    await first.apply(values);
    await until(() => recordsIn(join(folder, "out")).length === 1);
    await first.engine.close();
    appendFileSync(join(folder, "a.log"), "two\n");
    const second = runEngine(t, folder);
    await second.apply(values);
    await until(() => recordsIn(join(folder, "out")).length === 2);
    assert.deepEqual(
      recordsIn(join(folder, "out")).map(({ raw }) => raw),
      ["one", "two"],
    );
  });

  it("drains everything there is, and counts what a failing sink lacks", async (t) => {
    const folder = tempFolder(t);
    writeFileSync(join(folder, "a.log"), "one\ntwo\nlast without end");
    const { engine, apply } = runEngine(t, folder, { fromStart: true });
    const down = { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` };
    await apply({
      ...quiet,
      sources: { a: { paths: "a.log", parser: "plain" } },
      sinks: { out: { type: "file", path: "out" }, down },
    });
    const left = await engine.drain(300);
    assert.deepEqual(left, { undelivered: 3, sinks: { out: 0, down: 3 } });
    assert.equal(recordsIn(join(folder, "out")).length, 3);
  });
});
