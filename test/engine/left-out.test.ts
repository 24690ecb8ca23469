import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { inspectFolder } from "../../src/cli/inspect.ts";
import { closes } from "../../src/model.ts";
import { runEngine } from "../helpers/engine.ts";
import { refusal, startFaultyInflux } from "../helpers/faulty-influx.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

describe("records that a sink's options leave out", () => {
  it("are counted apart from those that were delivered, and refused ones from both, over restarts", async (t) => {
    const folder = tempFolder(t);
    const log = join(folder, "a.log");
    const influx = await startFaultyInflux(t);
    const values = {
      ...{ store: false, monitor: false },
      sources: { a: { paths: "a.log", from: "start", parser: "json" } },
      sinks: { db: { type: "influxdb", url: influx.url, database: "d", fields: { n: "n" } } },
    };
    writeFileSync(log, 'no json\n{"n":1}\n{"m":2}\n');
    const first = runEngine(t, folder);
    await first.apply(values);
    await until(() => first.engine.snapshot().sinks[0]?.delivered === 3);
    await first.engine.close();

    const second = runEngine(t, folder);
    await second.apply(values);
    influx.fault = refusal(400, "field type conflict");
    appendFileSync(log, 'nor this\n{"n":2}\n');
    await until(() => second.engine.snapshot().sinks[0]?.dead === 1);
    await second.engine.drain(60_000);
    const account = second.engine.snapshot().sources[0]?.account;
    const [sink] = account?.sinks ?? [];
    assert.deepEqual(
      [sink?.routed, sink?.delivered, sink?.leftOut, sink?.dead].map((amount) => amount?.records),
      [5, 1, 3, 1],
    );
    assert.deepEqual(sink?.leftOut?.bytes, 'no json\n{"m":2}\nnor this\n'.length);
    assert.ok(account && closes(account));
    await second.engine.close();
    const { accounts } = await inspectFolder(join(folder, "data"));
    assert.deepEqual([accounts[0]?.closes, accounts[0]?.sinks[0]], [true, sink]);
  });
});
