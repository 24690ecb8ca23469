import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import type { Log } from "../../src/lib/log.ts";
import type { SeriesRequest } from "../../src/protocol/engine.ts";
import type { EngineState } from "../../src/vscode/engine-host.ts";
import { createEngineHost } from "../../src/vscode/host.ts";
import { until } from "../helpers/until.ts";
import { english } from "./snapshots.ts";

const anyRange: SeriesRequest = { from: 0, to: 1, points: 1 };

function setUp(t: TestContext, end: string, file = "engine.ts") {
  const lines: string[] = [];
  const note = (message: string) => void lines.push(message);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const workers: Worker[] = [];
  let dataDir = "first";
  const host = createEngineHost({
    spawn() {
      const worker = new Worker(new URL(`workers/${file}`, import.meta.url), { workerData: { end } });
      workers.push(worker);
      return worker;
    },
    collect: () => ({ layers: [], folders: [], trusted: true, dataDir }),
    log,
    texts: english,
    wait: { next: () => 1, reset() {} },
  });
  const states: EngineState["name"][] = [];
  host.onState((state) => states.push(state.name));
  t.after(() => host.close(100));
  const setDataDir = (value: string) => {
    dataDir = value;
  };
  return { host, workers, lines, states, setDataDir };
}

describe("engine host", () => {
  it("starts no thread before it is needed, and configures the one a call starts", async (t) => {
    const { host, workers, lines, states } = setUp(t, "never");
    assert.equal(host.state.name, "idle");
    assert.equal(workers.length, 0);
    await host.call("snapshot", undefined);
    await until(() => lines.includes("configured first"), { what: "the configuration" });
    assert.deepEqual(states, ["starting", "running"]);
    assert.equal(workers.length, 1);
    assert.equal(host.snapshot?.at, 1);
  });

  it("sends the configuration as it is at the time, once a request", async (t) => {
    const { host, lines, setDataDir } = setUp(t, "never");
    const results: (readonly string[])[] = [];
    host.onApplied((result) => results.push(result.added));
    await host.configure();
    setDataDir("second");
    assert.deepEqual((await host.configure()).added, ["second"]);
    assert.deepEqual(results, [["first"], ["second"]]);
    assert.deepEqual(lines.filter((line) => line.startsWith("configured")).length, 2);
  });

  it("hands on the error of a call that was refused, and goes on", async (t) => {
    const { host, workers } = setUp(t, "never");
    await assert.rejects(host.call("series", anyRange), { message: "no such range", type: "TypeError" });
    await host.call("snapshot", undefined);
    assert.equal(workers.length, 1);
  });

  for (const [end, reason] of [
    ["exit", "exit code 7"],
    ["throw", "the engine broke"],
  ] as const) {
    it(`fails what is pending and starts a new thread with the configuration after: ${end}`, async (t) => {
      const { host, workers, lines } = setUp(t, end);
      await host.configure();
      await assert.rejects(host.call("series", anyRange), { message: reason });
      assert.deepEqual(host.state, { name: "restarting", reason });
      await until(() => host.state.name === "running" && workers.length === 2, { what: "the second thread" });
      await until(() => lines.filter((line) => line === "configured first").length === 2);
    });
  }

  it("gives up a thread that can't even start after five deaths a minute, until asked to retry", async (t) => {
    const { host, workers } = setUp(t, "never", "broken.ts");
    await assert.rejects(host.configure(), /broken on purpose/);
    await until(() => host.state.name === "failed", { what: "giving up" });
    assert.equal(workers.length, 5);
    await assert.rejects(host.call("snapshot", undefined), {
      name: "UserError",
      message: /^The engine stopped: .*broken on purpose.* Use Restart Engine to try again\.$/s,
    });
    host.retry();
    await until(() => host.state.name === "failed", { what: "giving up again" });
    assert.equal(workers.length, 10);
  });

  it("is asked to retry while the thread runs: configures it again, as it may have nothing to run", async (t) => {
    const { host, workers, lines, setDataDir } = setUp(t, "never");
    await host.configure();
    setDataDir("mended");
    host.retry();
    await until(() => lines.includes("configured mended"), { what: "the configuration" });
    assert.equal(workers.length, 1);
    assert.equal(host.state.name, "running");
  });

  it("lets the engine close, then ends the thread", async (t) => {
    const { host, workers, lines } = setUp(t, "never");
    await host.configure();
    await host.close(5000);
    assert.equal(host.state.name, "closed");
    assert.equal(workers[0]!.threadId, -1);
    assert.deepEqual(
      lines.filter((line) => /ended/.test(line)),
      [],
    );
    await assert.rejects(host.call("snapshot", undefined), { name: "UserError" });
  });

  it("ends a thread that does not close in time", async (t) => {
    const { host, workers, lines } = setUp(t, "stuck");
    await host.configure();
    const pending = assert.rejects(host.call("series", anyRange), { message: "closed" });
    await host.close(50);
    await pending;
    assert.equal(workers[0]!.threadId, -1);
    assert.match(lines.join("\n"), /did not close within 50 ms/);
  });

  it("closes without a thread, and starts none afterwards", async (t) => {
    const { host, workers } = setUp(t, "never");
    await host.close();
    await assert.rejects(host.configure(), { name: "UserError" });
    assert.equal(workers.length, 0);
  });
});
