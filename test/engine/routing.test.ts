import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { recordsIn } from "../helpers/output.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const raws = (file: string): string[] => recordsIn(file).map(({ raw }) => raw);
const source = (path: string, sinks?: string[]) => ({ paths: path, parser: "plain", from: "start", sinks });

/** Lines of `a` (for all), `b` (for `out` alone) and `c` (for `late` alone) lie in the spool, as `late` is down. */
async function backlog(t: TestContext) {
  const folder = tempFolder(t);
  for (const name of ["a", "b", "c"]) writeFileSync(join(folder, `${name}.log`), `${name}\n`);
  const sources = {
    a: source("a.log"),
    b: source("b.log", ["out"]),
    c: source("c.log", ["late"]),
  };
  const out = { type: "file", path: "out" };
  const down = { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` };
  const running = runEngine(t, folder);
  const quiet = { monitor: false, store: false };
  await running.apply({ ...quiet, sources, sinks: { out, late: down } });
  await until(() => raws(join(folder, "out")).length === 2 && running.engine.snapshot().totals.lines === 3);
  const up = { ...quiet, sources, sinks: { out, late: { type: "file", path: "late" } } };
  const delivered = async (): Promise<{ out: string[]; late: string[] }> => {
    await until(() => raws(join(folder, "late")).length >= 2);
    return { out: raws(join(folder, "out")).toSorted(), late: raws(join(folder, "late")).toSorted() };
  };
  return { folder, up, delivered, ...running };
}

describe("lines that wait in the spool", () => {
  it("go to the sinks of their source alone when the engine starts again", async (t) => {
    const { engine, folder, up, delivered } = await backlog(t);
    await engine.close();
    const second = runEngine(t, folder);
    await second.apply(up);
    assert.deepEqual(await delivered(), { out: ["a", "b"], late: ["a", "c"] });
    assert.equal((await second.engine.drain(60_000)).undelivered, 0);
    assert.deepEqual(await delivered(), { out: ["a", "b"], late: ["a", "c"] });
  });

  it("go where they were to go after their source was removed", async (t) => {
    const { engine, apply, up, delivered } = await backlog(t);
    await apply({ ...up, sources: {} });
    assert.equal((await engine.drain(60_000)).undelivered, 0);
    assert.deepEqual(await delivered(), { out: ["a", "b"], late: ["a", "c"] });
  });

  it("keep their way when their source gets another", async (t) => {
    const { engine, apply, folder, up, delivered } = await backlog(t);
    const swapped = { ...up.sources, b: source("b.log", ["late"]), c: source("c.log", ["out"]) };
    await apply({ ...up, sources: swapped });
    assert.equal((await engine.drain(60_000)).undelivered, 0);
    assert.deepEqual(await delivered(), { out: ["a", "b"], late: ["a", "c"] });
    writeFileSync(join(folder, "b.log"), "b\nlater\n");
    await until(() => raws(join(folder, "late")).length === 3);
    assert.deepEqual((await delivered()).out, ["a", "b"]);
  });
});
