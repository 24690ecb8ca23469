import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import type { Log } from "../../src/lib/log.ts";
import type { FacetsTold } from "../../src/protocol/log-view.ts";
import { createValues } from "../../src/vscode/dashboard-values.ts";
import { createHearing } from "../../src/vscode/hearing.ts";
import { createEngineHost } from "../../src/vscode/host.ts";
import { createLineReader } from "../../src/vscode/line-reader.ts";
import { createQueryThread, type Listener } from "../../src/vscode/log-view-thread.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";
import { english } from "./snapshots.ts";

const silent = () => undefined;
const log: Log = { debug: silent, info: silent, warn: silent, error: silent };
const listener: Listener = { progress: silent, facets: silent, failed: silent };
const request = { search: 1, query: "", points: 10 };
const range = { offset: 0, before: 0, count: 9 };

/** A query thread, and an engine that takes as long to tell its folder as its thread takes to start. */
function setUp(t: TestContext) {
  const folder = tempFolder(t);
  const workers: Worker[] = [];
  const thread = createQueryThread(() => {
    const worker = new Worker(new URL("../../src/query.ts", import.meta.url));
    workers.push(worker);
    return worker;
  }, log);
  const engine = createEngineHost({
    spawn: () =>
      new Worker(new URL("workers/engine.ts", import.meta.url), {
        workerData: { end: "never", dataDir: folder },
      }),
    collect: () => ({ layers: [], folders: [], trusted: true, dataDir: folder }),
    log,
    texts: english,
  });
  t.after(async () => {
    thread.dispose();
    await engine.close(100);
  });
  const running = () => workers.filter(({ threadId }) => threadId > 0).length;
  return { folder, workers, running, thread, engine };
}

describe("the query thread", () => {
  it("is started by no call that comes when nobody listens any more", async (t) => {
    const { workers, thread } = setUp(t);
    await assert.rejects(thread.call("live", { view: 1, request: { live: false } }), {
      message: "no log view is open",
    });
    thread.listen(1, listener).dispose();
    await assert.rejects(thread.call("close", { view: 1 }));
    assert.equal(workers.length, 0);
  });

  it("searches for no page that went away while the engine was starting", async (t) => {
    const { workers, running, thread, engine } = setUp(t);
    const hearing = createHearing(engine, thread, 1, listener);
    const begun = hearing.begin();
    hearing.end();
    assert.equal(await begun, undefined);
    const told: FacetsTold[] = [];
    const tell = (facets: FacetsTold) => told.push(facets);
    const values = createValues({ engine, thread, view: 2, tell, fail: assert.fail });
    const searched = values.search(request);
    values.end();
    await searched;
    assert.equal(workers.length, 0);
    // A page that is seen again is searched for.
    await values.search(request);
    await until(() => told.length > 0, { what: "what was counted" });
    assert.equal(running(), 1);
    values.dispose();
    await until(() => running() === 0, { what: "the end of the thread" });
  });

  it("tells why what was being counted for the dashboard is counted no further, and counts once more", async (t) => {
    const { workers, running, thread, engine } = setUp(t);
    const told: FacetsTold[] = [];
    const reasons: string[] = [];
    const tell = (facets: FacetsTold) => told.push(facets);
    const values = createValues({ engine, thread, view: 1, tell, fail: (reason) => reasons.push(reason) });
    t.after(() => values.dispose());
    // One that is idle has nothing that could be counted.
    await engine.call("dataFolder", undefined);
    await values.search(request);
    await workers[0]?.terminate();
    await until(() => reasons.length > 0, { what: "the reason" });
    assert.deepEqual(reasons, ["it exited with code 1"]);
    assert.equal(running(), 0);
    told.length = 0;
    await values.search({ ...request, search: 2 });
    await until(() => told.some(({ search }) => search === 2), { what: "what was counted" });
    assert.equal(reasons.length, 1);
  });

  it("is kept while lines of a file are shown or read, and ends when they can't be", async (t) => {
    const { folder, workers, running, thread } = setUp(t);
    const reader = createLineReader(thread);
    t.after(() => reader.dispose());
    const file = join(folder, "app.log");
    writeFileSync(file, "one\ntwo\n");
    const fails = () => reader.use((read) => read({ ...range, file: join(folder, "none.log") }));
    await assert.rejects(fails(), /ENOENT/);
    await until(() => workers.length === 1 && running() === 0, { what: "the end of the thread" });
    await reader.use(async (read) => {
      const lines = await read({ ...range, file });
      await assert.rejects(fails(), /ENOENT/);
      assert.equal((await read({ ...range, file })).text, "one\ntwo\n");
      reader.show("address", lines);
    });
    await assert.rejects(fails(), /ENOENT/);
    assert.deepEqual([workers.length, running()], [2, 1]);
    assert.equal(reader.shown("address")?.text, "one\ntwo\n");
    reader.close("address");
    await until(() => running() === 0, { what: "the end of the thread" });
  });
});
