import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, get, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, it, type TestContext } from "node:test";
import { reasonOf, UserError } from "../../src/errors.ts";
import { silent } from "../../src/lib/log.ts";
import { hostOf, type MonitorServer, startMonitor } from "../../src/monitor/http.ts";
import { until } from "../helpers/until.ts";
import { snapshotOf } from "./snapshot.ts";

const options = { host: "127.0.0.1", port: 0, allowHosts: [] as string[] };

async function serve(t: TestContext, changed: Partial<typeof options> = {}): Promise<MonitorServer> {
  const server = await startMonitor(
    { ...options, ...changed },
    () => snapshotOf({ startedAt: Date.now() }),
    silent,
  );
  t.after(() => server.close());
  return server;
}

async function ask(
  url: string,
  { method = "GET", host }: { method?: string; host?: string } = {},
): Promise<{ status: number | undefined; headers: IncomingMessage["headers"]; body: string }> {
  const asking = request(url, { method, agent: false, ...(host !== undefined && { headers: { host } }) });
  asking.end();
  const [response] = (await once(asking, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

describe("monitor endpoint", () => {
  it("answers /monitor with indented JSON of six keys", async (t) => {
    const { address } = await serve(t);
    const { status, headers, body } = await ask(`${address}/monitor`);
    assert.equal(status, 200);
    assert.match(headers["content-type"]!, /^application\/json/);
    assert.deepEqual(Object.keys(JSON.parse(body)), [
      "HandleLine",
      "tps",
      "ReadChanLen",
      "WriteChanLen",
      "RunTime",
      "ErrNum",
    ]);
    assert.match(body, /^\{\n\t"HandleLine": 0,\n/);
  });

  it("answers /metrics in the text format, also with a query and to HEAD", async (t) => {
    const { address } = await serve(t);
    const { headers, body } = await ask(`${address}/metrics?x=1`);
    assert.equal(headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
    assert.match(body, /^# HELP log_monitor_uptime_seconds /);
    const head = await ask(`${address}/metrics`, { method: "HEAD" });
    assert.deepEqual([head.status, head.body], [200, ""]);
  });

  it("answers 404 elsewhere and 405 to other methods", async (t) => {
    const { address } = await serve(t);
    assert.equal((await ask(`${address}/`)).status, 404);
    assert.equal((await ask(`${address}/constructor`)).status, 404);
    const posted = await ask(`${address}/monitor`, { method: "POST" });
    assert.deepEqual([posted.status, posted.headers.allow], [405, "GET, HEAD"]);
  });

  it("takes a whole URL as the target, and answers 400 to what is none", async (t) => {
    const { address } = await serve(t);
    const statusOf = async (target: string): Promise<string> => {
      const socket = connect(Number(new URL(address).port), "127.0.0.1");
      t.after(() => socket.destroy());
      socket.end(`GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      return (await text(socket)).slice(9, 12);
    };
    for (const target of ["/monitor", `${address}/monitor?x=1`, "HTTP://localhost/metrics"])
      assert.equal(await statusOf(target), "200", target);
    assert.equal(await statusOf("http://localhost"), "404");
    for (const target of ["http://[bad/", "http://[bad/monitor", "*", "monitor"])
      assert.equal(await statusOf(target), "400", target);
  });

  it("refuses names that are not this machine's, unless they are allowed", async (t) => {
    const { address } = await serve(t, { allowHosts: ["Metrics.example"] });
    const status = async (host: string) => (await ask(`${address}/monitor`, { host })).status;
    for (const host of [
      "localhost",
      "LOCALHOST:9193",
      "127.0.0.1:1",
      "[::1]:80",
      "[::1]",
      "metrics.example:9193",
    ]) {
      assert.equal(await status(host), 200, host);
    }
    for (const host of [
      "evil.example",
      "evil.example:9193",
      "localhost.evil.example",
      "127.0.0.1.nip.io",
      "a@localhost",
    ]) {
      assert.equal(await status(host), 403, host);
    }
  });

  it("takes the name out of a Host header", () => {
    assert.equal(hostOf("[::1]:9193"), "::1");
    assert.equal(hostOf("Localhost.:80"), "localhost");
    for (const bad of [undefined, "", "a b", "localhost:x", "localhost:1:2", "[::1", "::1"]) {
      assert.equal(hostOf(bad), undefined);
    }
  });

  it("says what to do when the port is in use", async (t) => {
    const { address } = await serve(t);
    const port = Number(new URL(address).port);
    await assert.rejects(
      startMonitor({ ...options, port }, snapshotOf, silent),
      (error) =>
        error instanceof UserError &&
        // All of it: what the system says would only repeat this.
        /^monitor\.port: \d+ is in use: choose another port, or 0 for any free one$/.test(reasonOf(error)),
    );
  });

  it("names monitor.host when it is no address of this machine", async () => {
    await assert.rejects(
      startMonitor({ ...options, host: "192.0.2.1" }, snapshotOf, silent),
      (error) => error instanceof UserError && error.message.startsWith("monitor.host:"),
    );
  });

  it("closes although clients keep their connections", async () => {
    const server = await startMonitor(options, snapshotOf, silent);
    const agent = new Agent({ keepAlive: true });
    const [response] = (await once(get(`${server.address}/monitor`, { agent }), "response")) as [
      IncomingMessage,
    ];
    await text(response);
    const silentClient = connect(Number(new URL(server.address).port), "127.0.0.1");
    await once(silentClient, "connect");
    const ended = once(silentClient, "close");
    await server.close();
    await ended;
    agent.destroy();
  });

  it("hangs up on a client that never finishes its request", async (t) => {
    const { address } = await serve(t);
    const client = connect(Number(new URL(address).port), "127.0.0.1");
    t.after(() => client.destroy());
    client.on("error", () => {});
    let closed = false;
    client.on("close", () => (closed = true)).resume();
    client.write("GET /monitor HTTP/1.1\r\nHost: localhost\r\n");
    await until(() => closed, { timeout: 20_000, what: "the server to hang up" });
  });
});
