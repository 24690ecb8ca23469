import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { runEngine } from "../helpers/engine.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** Less than a sink waits after a refused password. */
const PROMPT = 8_000;

/** An engine whose sink was refused the password, at a server that takes it from now on. */
async function mended(t: TestContext) {
  let answer = 401;
  const server = createServer((request, response) => {
    request.resume();
    const body = answer === 204 ? undefined : '{"error":"authorization failed"}';
    request.on("end", () => response.writeHead(answer, { "content-type": "application/json" }).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const folder = tempFolder(t);
  writeFileSync(join(folder, "a.log"), "a line\n");
  const running = runEngine(t, folder);
  const config = {
    monitor: false,
    store: false,
    sources: { a: { paths: "a.log", parser: "plain", from: "start" } },
    sinks: { influx: { type: "influxdb", dsn: `http://127.0.0.1:${port}@u@p@db@s` } },
  };
  await running.apply(config);
  const sink = () => running.engine.snapshot().sinks[0];
  await until(() => sink()?.state === "failed");
  answer = 204;
  return { ...running, config, sink };
}

describe("a sink that waits after a refused password", () => {
  it("tries at once when its unchanged configuration is applied again", async (t) => {
    const { apply, config, sink } = await mended(t);
    const { unchanged } = await apply(config);
    assert.ok(unchanged.includes("sinks.influx"));
    await until(() => sink()?.delivered === 1, { timeout: PROMPT });
    assert.equal(sink()?.state, "running");
  });

  it("tries at once when the sources are started", async (t) => {
    const { engine, sink } = await mended(t);
    await engine.start({});
    await until(() => sink()?.delivered === 1, { timeout: PROMPT });
  });
});
