import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import type { Config } from "../../src/config/config.ts";
import { createRemoteDesk } from "../../src/engine/remote.ts";
import type { RemoteCall } from "../../src/protocol/remote.ts";
import { Superseded } from "../../src/protocol/superseded.ts";
import { load } from "../config/load.ts";
import { tempFolder } from "../helpers/temp.ts";
import { until } from "../helpers/until.ts";

/** What an index without a document says. */
const NOTHING = {
  fields: { "@timestamp": { date: { searchable: true, aggregatable: true } } },
  hits: { total: { value: 0 }, hits: [] },
  aggregations: { levels: { buckets: [] }, hits: { doc_count: 0, steps: { buckets: [] } } },
};

/** A desk, and a server that counts who is connected to it. */
async function setUp(t: TestContext, kept?: number) {
  const connections = { ever: 0, now: 0 };
  let [asked, held] = [0, false];
  const server = createServer((request, response) => {
    asked++;
    request.resume().on("end", () => held || response.end(JSON.stringify(NOTHING)));
  });
  // Nobody but the desk ends a connection.
  server.keepAliveTimeout = 0;
  server.on("connection", (socket) => {
    connections.ever++;
    connections.now++;
    socket.on("close", () => connections.now--);
  });
  await new Promise<void>((listening) => server.listen(0, "0.0.0.0", listening));
  t.after(() => void server.close());
  // No loopback address by its name, and this machine all the same.
  const url = `http://0.0.0.0:${(server.address() as AddressInfo).port}`;
  const sinks = { es: { type: "elasticsearch", url } };
  let config: Config | undefined;
  const allow = async (...allowed: string[]): Promise<void> => {
    ({ config } = await load({ sinks }, { allowed }));
  };
  const desk = createRemoteDesk(() => config, kept);
  t.after(() => desk.close());
  const heard: string[] = [];
  desk.onTold(({ name }) => heard.push(name));
  let search = 0;
  const request = () => ({ search: ++search, query: "", points: 10, index: "es" });
  const ask = (view: number) =>
    desk.call({ name: "search", argument: { view, request: request() } } as RemoteCall);
  const close = (view: number) => desk.call({ name: "close", argument: { view } });
  const write = (path: string) =>
    desk.call({ name: "export", argument: { job: "1", request: request(), path, format: "text" } });
  const hold = (): void => {
    held = true;
  };
  return { url, allow, connections, asked: () => asked, heard, desk, ask, close, write, hold };
}

describe("searches in the index of a sink", () => {
  it("ask nobody whom the user has not allowed, or no longer allows", async (t) => {
    const { url, allow, connections, asked, heard, ask, write } = await setUp(t);
    const file = join(tempFolder(t), "found");
    const waits = /the sink es waits until you allow http:\/\/0\.0\.0\.0:\d+: nothing is asked there before/;
    await allow();
    await assert.rejects(ask(1), waits);
    await assert.rejects(write(file), waits);
    assert.deepEqual([connections.ever, existsSync(file)], [0, false]);

    await allow(url);
    assert.deepEqual(await ask(1), {});
    await until(() => heard.includes("progress"));
    assert.deepEqual(await write(file), { records: 0, total: 0, missing: 0 });

    const before = asked();
    await allow();
    await assert.rejects(ask(1), waits);
    await assert.rejects(write(file), waits);
    assert.equal(asked(), before);
  });

  it("give up what was asked for the search before, and say that it was that", async (t) => {
    const { url, allow, asked, heard, desk, ask, hold } = await setUp(t);
    await allow(url);
    await ask(1);
    await until(() => heard.includes("progress"));
    hold();
    const before = asked();
    const request = { search: 1, from: { key: [0, 0, 0, 0], before: 0 }, count: 1 };
    const rows = assert.rejects(desk.call({ name: "rows", argument: { view: 1, request } }), Superseded);
    await until(() => asked() > before);
    await ask(1);
    await rows;
  });

  it("keep a connection as long as a view uses it", async (t) => {
    const { url, allow, connections, asked, heard, ask, close } = await setUp(t, 1);
    await allow(url);
    await Promise.all([ask(1), ask(2)]);
    await until(() => heard.length >= 2);
    await close(1);
    const [before, ever] = [asked(), connections.ever];
    await ask(2);
    await until(() => asked() > before);
    assert.equal(connections.ever, ever);
    await close(2);
    await until(() => connections.now === 0);
    // One who comes back is connected anew.
    await ask(1);
    await until(() => connections.now > 0);
    await close(1);
    await until(() => connections.now === 0);
  });
});
