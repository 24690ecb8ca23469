import assert from "node:assert/strict";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { startVictoria, type Victoria } from "../../helpers/services/victoria.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, appendAccess, quiet, sinkOf } from "./influx.ts";

const auth = { user: "me", password: "canary@secret" };

/** A second opinion on line protocol, where it can be had: not all machines have it, and none must. */
async function victoria(t: TestContext): Promise<Victoria | undefined> {
  try {
    return await startVictoria(t, auth);
  } catch (error) {
    t.skip(`VictoriaMetrics could not be brought up: ${error instanceof Error ? error.message : error}`);
    return undefined;
  }
}

describe("the sink influxdb, with a real VictoriaMetrics", () => {
  it("writes each line once with its very values, packed, and names a wrong password", async (t) => {
    const server = await victoria(t);
    if (!server) return;
    const folder = tempFolder(t);
    const lines = appendAccess(join(folder, "a.log"), 2_000, 1);
    const { engine, apply } = runEngine(t, folder);
    const sink = (password: string) => ({
      ...quiet,
      sources: access,
      sinks: {
        influx: {
          type: "influxdb",
          url: server.url,
          user: auth.user,
          password,
          database: "nginx",
          gzip: true,
        },
      },
    });
    await apply(sink("wrong-canary"));
    await until(() => sinkOf(engine).state === "failed", { timeout: 60_000, what: "the sink to be told" });
    assert.match(sinkOf(engine).lastError ?? "", /^InfluxDB answered 401.*: check user and password$/);
    await apply(sink(auth.password));
    await until(() => sinkOf(engine).delivered === lines.length, { timeout: 60_000, what: "the lines" });
    assert.doesNotMatch(JSON.stringify(engine.snapshot()), /canary/);
    const sent = lines.map((line) => Number(/" \d{3} (\d+) "/.exec(line)?.[1]));
    const got = await until(
      async () => {
        const values = await server.values("nginx_log_BytesSent");
        return values.length >= sent.length ? values : undefined;
      },
      { timeout: 60_000, what: "the values to be found" },
    );
    assert.deepEqual(
      got.sort((a, b) => a - b),
      sent.sort((a, b) => a - b),
    );
  });
});
