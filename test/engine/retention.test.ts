import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { deadPort } from "../helpers/port.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

const lines = (file: string): number =>
  existsSync(file) ? readFileSync(file, "utf8").split("\n").length - 1 : 0;
const sources = { a: { paths: "a.log", parser: "plain", from: "start" } };
const quiet = { monitor: false, store: false };

/** Three lines that the sink `out` has and the sink `down` lacks. */
async function backlog(t: TestContext) {
  const folder = tempFolder(t);
  writeFileSync(join(folder, "a.log"), "one\ntwo\nthree\n");
  const out = { type: "file", path: "out" };
  const down = { type: "influxdb", dsn: `http://127.0.0.1:${await deadPort()}@u@p@db@s` };
  const running = runEngine(t, folder);
  await running.apply({ ...quiet, sources, sinks: { out, down } });
  await until(() => lines(join(folder, "out")) === 3);
  assert.ok(running.engine.snapshot().spool.blocks > 0);
  return { folder, out, down, ...running };
}

describe("blocks that a sink lacks", () => {
  it("go with the sink, also while something else is wrong with the configuration", async (t) => {
    const { engine, apply, out } = await backlog(t);
    const broken = { paths: "b.log", parser: "nonsense" };
    const { issues } = await apply({ ...quiet, sources: { ...sources, broken }, sinks: { out } });
    assert.equal(issues.length, 1);
    await until(() => engine.snapshot().spool.blocks === 0);
  });

  it("are kept for a sink whose definition is refused, until it is mended", async (t) => {
    const { engine, folder, out } = await backlog(t);
    await engine.close();
    const second = runEngine(t, folder);
    const wrong = { type: "influxdb", dsn: "nonsense" };
    const { issues } = await second.apply({ ...quiet, sources, sinks: { out, down: wrong } });
    assert.notEqual(issues.length, 0);
    await second.apply({ ...quiet, sources, sinks: { out, down: { type: "file", path: "late" } } });
    await until(() => lines(join(folder, "late")) === 3);
  });

  it("are kept for a sink that an untrusted workspace may not use, until it is trusted", async (t) => {
    const { engine, folder, out } = await backlog(t);
    await engine.close();
    const late = { out, down: { type: "file", path: "late" } };
    const untrusted = runEngine(t, folder, { trusted: false });
    await untrusted.apply({ ...quiet, sources, sinks: late });
    await untrusted.engine.close();
    const trusted = runEngine(t, folder);
    await trusted.apply({ ...quiet, sources, sinks: late });
    await until(() => lines(join(folder, "late")) === 3);
  });

  it("are kept for a sink that etcd may define, until it is known what etcd defines", async (t) => {
    const { engine, folder, out } = await backlog(t);
    await engine.close();
    const etcd = { endpoints: `127.0.0.1:${await deadPort()}`, key: "/logs", timeout: 500 };
    for (const trusted of [true, false]) {
      const unknown = runEngine(t, folder, { trusted });
      await unknown.apply({ ...quiet, sources, sinks: { out }, etcd });
      await unknown.engine.close();
    }
    const known = runEngine(t, folder);
    await known.apply({ ...quiet, sources, sinks: { out, down: { type: "file", path: "late" } } });
    await until(() => lines(join(folder, "late")) === 3);
  });
});
