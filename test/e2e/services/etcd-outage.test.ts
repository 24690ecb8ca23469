import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { Compacted, createEtcdClient } from "../../../src/config/etcd-client.ts";
import { etcdSchema } from "../../../src/config/etcd-options.ts";
import { createEngine } from "../../../src/engine/engine.ts";
import { prometheusText } from "../../../src/monitor/prometheus.ts";
import { runEngine } from "../../helpers/engine.ts";
import { recordsIn } from "../../helpers/output.ts";
import { deadPort } from "../../helpers/port.ts";
import { startReceiver } from "../../helpers/receiver.ts";
import { unavailable } from "../../helpers/require.ts";
import { type EtcdServer, startEtcd, startEtcdCluster } from "../../helpers/services/etcd.ts";
import { shared } from "../../helpers/services/shared.ts";
import { startTcpRelay } from "../../helpers/tcp-relay.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { ids, listening, slow, source, timeout } from "./etcd.ts";
import { quiet } from "./influx.ts";

describe("configuration from a real etcd that can be lost", () => {
  /** One server for all, each test below a prefix of its own. */
  const etcd = shared("etcd", () => startEtcd());

  it("goes on with what was written and forgotten by compaction while the line was cut", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    await store.put("/cut/a", source("a.log"));
    const relay = await startTcpRelay(t, Number(new URL(store.url).port));
    const { log, said } = listening();
    const { engine, apply } = runEngine(t, folder, {}, log);
    await apply({ ...quiet, etcd: { endpoints: relay.address, timeout, prefix: "/cut/" } });
    await until(() => engine.snapshot().etcd?.state === "connected");
    relay.cut();
    await until(() => engine.snapshot().etcd?.state === "down", slow);
    assert.match(engine.snapshot().problems.join(), /what was last read there stays in force/);
    assert.match(prometheusText(engine.snapshot()), /^log_monitor_etcd_up 0$/m);
    for (let turn = 0; turn < 3; turn++) await store.put("/cut/b", source(`b${turn}.log`));
    await store.put("/cut/c", source("c.log"));
    await store.delete("/cut/c");
    await store.delete("/cut/a");
    await store.compact();
    assert.deepEqual(ids(engine.snapshot()), ["a"]);
    relay.mend();
    await until(() => ids(engine.snapshot()).join() === "b", slow);
    await until(() => engine.snapshot().etcd?.state === "connected", slow);
    assert.match(prometheusText(engine.snapshot()), /^log_monitor_etcd_up 1$/m);
    const about = said
      .filter((line) => line.startsWith("etcd"))
      .map((line) => line.replace(/[\d.:]{5,}/, "X"));
    assert.match(about[0] ?? "", /^etcd at .*the last good configuration stays$/);
    assert.match(about.at(-1) ?? "", /^etcd at X is back$/);
    const client = await createEtcdClient(
      etcdSchema.parse({ endpoints: store.url, timeout, prefix: "/cut/" }),
      folder,
    );
    t.after(() => client.close());
    await assert.rejects(
      client.watch(1, () => {}, new AbortController().signal),
      Compacted,
    );
  });

  it("follows a server that is killed and comes back in mid-flow", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    await store.put("/restart/a", source("a.log"));
    const { engine, apply } = runEngine(t, folder);
    const sinks = { out: { type: "file", path: "out" } };
    await apply({ ...quiet, sinks, etcd: { endpoints: store.url, timeout, prefix: "/restart/" } });
    const lines: string[] = [];
    const write = () => {
      lines.push(`line ${lines.length}`);
      appendFileSync(join(folder, "a.log"), `${lines.at(-1)}\n`);
    };
    await store.kill9();
    const flows = (condition: () => boolean) =>
      until(() => {
        write();
        return condition();
      }, slow);
    await flows(() => engine.snapshot().etcd?.state === "down");
    await store.start();
    await store.put("/restart/b", source("b.log"));
    await flows(() => ids(engine.snapshot()).join() === "a,b");
    await engine.drain();
    assert.deepEqual(
      recordsIn(join(folder, "out")).map(({ raw }) => raw),
      lines,
    );
  });

  it("starts with what was last good while etcd is down, and takes what is there when it comes", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    await store.put("/down/a", source("a.log"));
    const relay = await startTcpRelay(t, Number(new URL(store.url).port));
    const values = { ...quiet, etcd: { endpoints: relay.address, timeout, prefix: "/down/" } };
    const first = runEngine(t, folder);
    await first.apply(values);
    await first.engine.close();
    relay.cut();
    const second = runEngine(t, folder);
    const { issues } = await second.apply(values);
    assert.deepEqual(issues, []);
    assert.deepEqual(ids(second.engine.snapshot()), ["a"]);
    await until(() => second.engine.snapshot().etcd?.state === "down", slow);
    assert.match(second.engine.snapshot().problems.join(), /what was kept of the last run is in force/);
    await store.put("/down/a", source("other.log"));
    await store.put("/down/b", source("b.log"));
    relay.mend();
    await until(() => ids(second.engine.snapshot()).join() === "a,b", slow);
    assert.deepEqual(second.engine.snapshot().problems, []);
  });

  it("starts without etcd that was never reached, or is something else, and says what to do, once", async (t) => {
    const port = await deadPort();
    const other = await startReceiver(t, () => ({ status: 200, text: "<html>welcome</html>" }));
    const cases: readonly (readonly [string, RegExp])[] = [
      [
        `127.0.0.1:${port}`,
        /etcd at http:\/\/127\.0\.0\.1:\d+ can't be reached: .*ECONNREFUSED.*: see that it runs there, or correct etcd\.endpoints/,
      ],
      [new URL(other.url).host, /does not answer like etcd: check etcd\.endpoints/],
    ];
    for (const [endpoints, message] of cases) {
      const { log, said } = listening();
      const { engine, apply } = runEngine(t, tempFolder(t), {}, log);
      await apply({ ...quiet, sources: { a: source("a.log") }, etcd: { endpoints, key: "x" } });
      assert.deepEqual(ids(engine.snapshot()), ["a"]);
      assert.match(said.join("\n"), message);
      assert.equal(said.filter((text) => message.test(text)).length, 1, said.join("\n"));
    }
    await until(() => other.requests.length > 2, { ...slow, what: "another try" });
  });

  it("says once what is wrong with all members, and nothing while one of them answers", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const closed = `127.0.0.1:${await deadPort()}`;
    const other = await startReceiver(t, () => ({ status: 200, text: "<html>welcome</html>" }));
    const apart = listening();
    const none = runEngine(t, tempFolder(t), {}, apart.log);
    await none.apply({ ...quiet, etcd: { endpoints: [closed, other.url], key: "x" } });
    await until(() => other.requests.length > 1, { ...slow, what: "further tries" });
    const about = apart.said.filter((text) => /ECONNREFUSED|like etcd/.test(text));
    assert.equal(about.length, 1, about.join("\n"));
    assert.match(about[0] ?? "", /ECONNREFUSED.*; what is at .* does not answer like etcd/);
    assert.equal(none.engine.snapshot().etcd?.state, "down");

    await store.put("/members/a", source("a.log"));
    const { log, said } = listening();
    const { engine, apply } = runEngine(t, tempFolder(t), {}, log);
    const endpoints = [closed, other.url, store.url];
    await apply({ ...quiet, etcd: { endpoints, timeout, prefix: "/members/" } });
    assert.deepEqual([ids(engine.snapshot()), engine.snapshot().etcd?.state], [["a"], "connected"]);
    assert.deepEqual(
      said.filter((text) => /ECONNREFUSED|like etcd/.test(text)),
      [],
    );
  });

  it("shows no password that a server repeats, and no secret under another name", async (t) => {
    const password = "canary-of-etcd";
    const text = ({ body }: { body: string }) => JSON.stringify({ message: `refused: ${body}` });
    const server = await startReceiver(t, (request) => ({ status: 400, text: text(request) }));
    const { log, said } = listening();
    const secrets = { get: () => "canary-of-user", missing: () => assert.fail() };
    const engine = createEngine({ log, secrets });
    t.after(() => engine.close());
    const folder = tempFolder(t);
    const etcd = { endpoints: server.url, key: "x", user: "${secret:WHO}", password };
    const layer = { origin: "workspace", baseDir: folder, values: { ...quiet, etcd } } as const;
    await engine.configure({ layers: [layer], folders: [], trusted: true, dataDir: join(folder, "data") });
    await until(() => engine.snapshot().etcd?.state === "down", slow);
    assert.match(engine.snapshot().etcd?.error ?? "", /refused: .*name.*\*\*\*.*\*\*\*/);
    assert.doesNotMatch(said.join("\n") + JSON.stringify(engine.snapshot()), /canary/);
  });

  it("lets lines wait for a sink that only etcd can define, from the first start on", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    const relay = await startTcpRelay(t, Number(new URL(store.url).port));
    relay.cut();
    appendFileSync(join(folder, "a.log"), "one\ntwo\n");
    await store.put("/late/", { sinks: { far: { type: "file", path: join(folder, "far") } } });
    const { engine, apply } = runEngine(t, folder);
    await apply({
      ...quiet,
      sources: { a: source("a.log", { sinks: ["far"] }) },
      etcd: { endpoints: relay.address, timeout, prefix: "/late/" },
    });
    const [waiting] = engine.snapshot().sources;
    assert.equal(waiting?.state, "waiting");
    assert.match(waiting?.reason ?? "", /^waiting for etcd: only there the sink far can be defined/);
    relay.mend();
    const far = () => recordsIn(join(folder, "far")).map(({ raw }) => raw);
    await until(() => far().length === 2, slow);
    assert.deepEqual([far(), engine.snapshot().sources[0]?.state], [["one", "two"], "watching"]);
  });

  it("gives up a server that takes connections and never answers", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    await store.put("/hang/a", source("a.log"));
    const { engine, apply } = runEngine(t, folder);
    store.pause();
    t.after(() => store.resume());
    await apply({ ...quiet, etcd: { endpoints: store.url, prefix: "/hang/", timeout: 300 } });
    await until(() => engine.snapshot().etcd?.state === "down", slow);
    assert.match(engine.snapshot().etcd?.error ?? "", /did not answer within 300 ms/);
    store.resume();
    await until(() => ids(engine.snapshot()).join() === "a", slow);
  });

  it("goes on with another member when the leader is lost, and stays as it is while most are", async (t) => {
    const members = await startEtcdCluster(3).catch((error) => unavailable(t, "a cluster of etcd", error));
    if (!members) return;
    t.after(() => Promise.all(members.map((member) => member.close())));
    const leads = async (member: EtcdServer) => {
      const { header, leader } = await member.call("/v3/maintenance/status", {});
      return (header as { member_id?: unknown }).member_id === leader;
    };
    const found = await Promise.all(members.map(leads));
    const leader = members[found.indexOf(true)] ?? assert.fail("no leader");
    const others = members.filter((member) => member !== leader);
    const [second, third] = others;
    await leader.put("/cluster/a", source("a.log"));
    const { engine, apply } = runEngine(t, tempFolder(t));
    // It asks the leader first.
    const endpoints = [leader, ...others].map(({ url }) => url);
    await apply({ ...quiet, etcd: { endpoints, prefix: "/cluster/", timeout: 2_000 } });
    await until(() => ids(engine.snapshot()).join() === "a", slow);
    await leader.kill9();
    await until(() => second?.put("/cluster/b", source("b.log")).then(() => true), slow);
    await until(() => ids(engine.snapshot()).join() === "a,b", slow);
    await until(() => engine.snapshot().etcd?.state === "connected", slow);
    await third?.kill9();
    await until(() => engine.snapshot().etcd?.state === "down", slow);
    assert.deepEqual(ids(engine.snapshot()), ["a", "b"]);
  });
});
