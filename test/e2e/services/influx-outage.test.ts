import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import type { Influxdb } from "../../helpers/services/influxdb.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, apis, appendAccess, assertPoints, influxdb, quiet, sinkOf } from "./influx.ts";

interface Outage {
  readonly what: string;
  begin(influx: Influxdb): Promise<void>;
  end(influx: Influxdb): Promise<void>;
  readonly says: RegExp;
}

const outages: Outage[] = [
  {
    what: "stopped and started again",
    begin: (influx) => influx.stop(),
    end: (influx) => influx.start(),
    says: /InfluxDB at http:\/\/127\.0\.0\.1:\d+ can't be reached: .*(ECONNREFUSED|ECONNRESET|hang up)/,
  },
  {
    what: "killed and started again",
    begin: (influx) => influx.kill9(),
    end: (influx) => influx.start(),
    says: /InfluxDB at http:\/\/127\.0\.0\.1:\d+ can't be reached: .*(ECONNREFUSED|ECONNRESET|hang up)/,
  },
  {
    what: "held for a while",
    begin: (influx) => influx.pause(),
    end: (influx) => influx.resume(),
    says: /InfluxDB at http:\/\/127\.0\.0\.1:\d+ did not answer within 300 ms/,
  },
];

describe("the sink influxdb, when InfluxDB is away", () => {
  for (const [name, sink] of Object.entries(apis)) {
    for (const { what, begin, end, says } of outages) {
      it(`loses nothing and doubles nothing while it is ${what}, by ${name}`, async (t) => {
        const influx = await influxdb(t, { own: true });
        if (!influx) return;
        const folder = tempFolder(t);
        const file = join(folder, "a.log");
        const { engine, apply } = runEngine(t, folder);
        const lines = appendAccess(file, 2000, 1);
        await apply({ ...quiet, sources: access, sinks: { influx: { ...sink(influx), timeout: 300 } } });
        await until(() => sinkOf(engine).delivered > 0, { what: "the first lines to be delivered" });

        // So many that they are still on their way when the server goes.
        lines.push(...appendAccess(file, 20_000, 2));
        await until(() => sinkOf(engine).inFlight > 0 || sinkOf(engine).delivered > 2000, { every: 1 });
        await begin(influx);
        lines.push(...appendAccess(file, 3000, 3));
        await until(() => sinkOf(engine).state === "retrying" && sinkOf(engine).lagRecords >= 3000, {
          what: "the sink to notice, and the lines to be kept",
        });
        assert.match(sinkOf(engine).lastError ?? "", says);

        await end(influx);
        lines.push(...appendAccess(file, 1000, 4));
        await until(() => sinkOf(engine).lagRecords === 0 && sinkOf(engine).delivered >= lines.length, {
          timeout: 45_000,
          what: "all lines to be delivered",
        });
        const { delivered, dead, dropped, state } = sinkOf(engine);
        assert.deepEqual(
          { delivered, dead, dropped, state },
          { delivered: lines.length, dead: 0, dropped: 0, state: "running" },
        );
        await assertPoints(influx, lines);
      });
    }
  }
});
