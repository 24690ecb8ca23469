import assert from "node:assert/strict";
import { appendFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { Compacted, createEtcdClient } from "../../../src/config/etcd-client.ts";
import { etcdSchema } from "../../../src/config/etcd-options.ts";
import type { Log } from "../../../src/lib/log.ts";
import { silent } from "../../../src/lib/log.ts";
import type { Snapshot } from "../../../src/model.ts";
import { prometheusText } from "../../../src/monitor/prometheus.ts";
import { runEngine } from "../../helpers/engine.ts";
import { recordsIn } from "../../helpers/output.ts";
import { freePort } from "../../helpers/port.ts";
import { unavailable } from "../../helpers/require.ts";
import { type EtcdServer, startEtcd, startEtcdCluster } from "../../helpers/services/etcd.ts";
import { startTcpRelay } from "../../helpers/tcp-relay.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { runCli } from "../cli/program.ts";

const quiet = { monitor: false, store: false };
const certificates = join(import.meta.dirname, "../../cases/tls");
const slow = { timeout: 60_000 };
/** A busy machine may answer late: what is in force after a start must not depend on it. */
const timeout = 60_000;

const ids = ({ sources }: Snapshot): string[] => sources.map(({ id }) => id).sort();
const source = (paths: string, more: object = {}) => ({ paths, parser: "plain", from: "start", ...more });

/** Open files of this process below a folder, by path: the number of the handle. */
function handles(folder: string): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of readdirSync("/proc/self/fd")) {
    try {
      const path = readlinkSync(`/proc/self/fd/${name}`);
      if (path.startsWith(folder) && path.endsWith(".log")) found[path] = Number(name);
    } catch {
      // Closed in the meantime.
    }
  }
  return found;
}

describe("configuration from a real etcd", () => {
  let server: Promise<EtcdServer> | undefined;
  let secure: Promise<EtcdServer> | undefined;
  after(async () => {
    for (const one of [server, secure]) await (await one?.catch(() => undefined))?.close();
  });
  /** One server for all, each test below a prefix of its own. */
  const etcd = async (t: TestContext): Promise<EtcdServer | undefined> => {
    server ??= startEtcd();
    try {
      return await server;
    } catch (error) {
      unavailable(t, "etcd", error);
      return undefined;
    }
  };
  const listening = (): { log: Log; said: string[] } => {
    const said: string[] = [];
    const keep = (message: string) => void said.push(message);
    return { said, log: { ...silent, info: keep, warn: keep, error: keep } };
  };

  it("starts, changes and stops only the source whose key is edited, while lines flow", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    const names = ["a", "b", "c"];
    const written: Record<string, string[]> = Object.fromEntries([...names, "d"].map((name) => [name, []]));
    const write = () => {
      for (const [name, lines] of Object.entries(written)) {
        lines.push(`${name} ${lines.length}`);
        appendFileSync(join(folder, `${name}.log`), `${lines.at(-1)}\n`);
      }
    };
    write();
    for (const name of names) await store.put(`/edits/${name}`, source(`${name}.log`));
    const { engine, apply } = runEngine(t, folder);
    const sinks = { out: { type: "file", path: "out" } };
    const { issues } = await apply({
      ...quiet,
      sinks,
      etcd: { endpoints: store.url, timeout, prefix: "/edits/" },
    });
    assert.deepEqual(issues, []);
    assert.deepEqual(ids(engine.snapshot()), names);
    await until(() => engine.snapshot().totals.lines === 3);
    const generations = () =>
      Object.fromEntries(engine.checkpoints().map(({ path, generation }) => [path, generation]));
    const [before, fds] = [generations(), handles(folder)];
    const results: (readonly string[])[] = [];
    engine.onReconfigured(({ unchanged, changed, added, removed }) => {
      assert.ok(unchanged.includes("sources.a"));
      results.push([...added, ...changed, ...removed]);
    });
    const edited = (what: string) =>
      until(
        () => {
          write();
          return results.some((names) => names.includes(what));
        },
        { ...slow, what },
      );

    await store.put("/edits/d", source("d.log"));
    await edited("sources.d");
    await store.put("/edits/b", source("b.log", { parser: "json" }));
    await edited("sources.b");
    await store.delete("/edits/c");
    results.length = 0;
    await edited("sources.c");
    assert.deepEqual(ids(engine.snapshot()), ["a", "b", "d"]);
    const a = join(folder, "a.log");
    assert.equal(handles(folder)[a], fds[a], "the handle of an untouched source");
    assert.equal(generations()[a], before[a]);
    write();
    await until(() => {
      const { files, lines } = engine.snapshot().sources.find(({ id }) => id === "a") ?? assert.fail();
      return lines === written.a?.length && files[0]?.lines === lines;
    }, slow);
    await engine.drain();
    for (const name of ["a", "b", "d"]) {
      const raws = recordsIn(join(folder, "out")).filter(({ source }) => source === name);
      assert.deepEqual(
        raws.map(({ raw }) => raw),
        written[name],
        name,
      );
    }
  });

  it("refuses a bad value by its key, keeps the old one, also over a restart", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    await store.put("/bad/a", source("a.log"));
    await store.put("/bad/b", source("b.log"));
    const values = { ...quiet, etcd: { endpoints: [store.url], timeout, prefix: "/bad/" } };
    const first = runEngine(t, folder);
    await first.apply(values);
    const bad = [
      [source("a.log", { parser: "nonsense" }), /sources\.a\.parser: unknown parser "nonsense"/],
      ["{ paths: [", /: .*flow/i],
      ["", /is empty: what it held stays in force; delete the key/],
      ["5", /sources\.a: must be an object/],
      [{ type: "command", command: "id" }, /a command is not taken from etcd/],
    ] as const;
    for (const [value, message] of bad) {
      const told = new Promise<string>((resolve) => {
        const { dispose } = first.engine.onReconfigured(({ issues: [issue] }) => {
          if (!issue) return;
          dispose();
          resolve(`${issue.key}: ${issue.path.join(".")}: ${issue.message}`);
        });
      });
      await store.put("/bad/a", value);
      const said = await told;
      assert.match(said, /^\/bad\/a: /);
      assert.match(said, message);
      assert.deepEqual(ids(first.engine.snapshot()), ["a", "b"]);
      assert.deepEqual(first.engine.snapshot().etcd?.refused, ["/bad/a"]);
    }
    await first.engine.close();
    const second = runEngine(t, folder);
    const { issues } = await second.apply(values);
    assert.deepEqual(
      issues.map(({ key, severity }) => [key, severity]),
      [["/bad/a", "error"]],
    );
    assert.deepEqual(ids(second.engine.snapshot()), ["a", "b"]);
    assert.match(prometheusText(second.engine.snapshot()), /^log_monitor_etcd_refused_keys 1$/m);
    await store.delete("/bad/a");
    await until(() => ids(second.engine.snapshot()).join() === "b", slow);
    assert.deepEqual(second.engine.snapshot().etcd?.refused, []);
  });

  it("overrides the file, which overrides the settings, and gives way when the key is deleted", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    const file = join(folder, "log-monitor.yaml");
    const of = (name: string) => ({ paths: `${name}.log` });
    await store.put("/over/document", {
      sources: { high: of("etcd") },
      sinks: { out: { type: "file", path: "out" } },
    });
    writeFileSync(
      file,
      JSON.stringify({
        sources: { high: of("file"), middle: of("file") },
        etcd: { endpoints: store.url, timeout, key: "/over/document" },
      }),
    );
    const { engine, apply } = runEngine(t, folder);
    const { issues } = await apply({
      ...quiet,
      configFile: file,
      sources: { high: of("settings"), middle: of("settings"), low: of("settings") },
    });
    assert.deepEqual(issues, []);
    const from = () =>
      Object.fromEntries(engine.snapshot().sources.map(({ id, files }) => [id, files[0]?.path]));
    await until(() => from().low !== undefined);
    const path = (name: string) => join(folder, `${name}.log`);
    assert.deepEqual(from(), { high: path("etcd"), middle: path("file"), low: path("settings") });
    assert.deepEqual(
      engine.snapshot().sinks.map(({ id }) => id),
      ["out"],
    );
    await store.delete("/over/document");
    await until(() => from().high === path("file"), slow);
  });

  it("reads the old JSON list of topics and paths", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    const list = (...topics: string[]) =>
      topics.map((logtopic) => ({ logtopic, logpath: `${folder}/${logtopic}.log` }));
    await store.put("/old/list", list("web", "app"));
    const { engine, apply } = runEngine(t, folder);
    const { issues } = await apply({ ...quiet, etcd: { endpoints: store.url, timeout, key: "/old/list" } });
    assert.deepEqual(issues, []);
    assert.deepEqual(ids(engine.snapshot()), ["app", "web"]);
    await store.put("/old/list", list("app", "new"));
    await until(() => ids(engine.snapshot()).join() === "app,new", slow);
    await store.put("/old/list", [{ logtopic: "lost" }, ...list("app")]);
    await until(() => engine.snapshot().etcd?.refused.length === 1, slow);
    assert.deepEqual(ids(engine.snapshot()), ["app", "new"]);
    await store.put("/old/list", []);
    await until(() => ids(engine.snapshot()).length === 0, slow);
  });

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

  it("starts without etcd that was never reached, and says what to do", async (t) => {
    const folder = tempFolder(t);
    const port = await freePort();
    const { log, said } = listening();
    const { engine, apply } = runEngine(t, folder, {}, log);
    await apply({
      ...quiet,
      sources: { a: source("a.log") },
      etcd: { endpoints: `127.0.0.1:${port}`, key: "x" },
    });
    assert.deepEqual(ids(engine.snapshot()), ["a"]);
    assert.match(
      said.join("\n"),
      new RegExp(`etcd at http://127.0.0.1:${port} can't be reached: .*ECONNREFUSED`),
    );
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

  it("runs the old configuration with its list in etcd from the command line, and explains it", async (t) => {
    const store = await etcd(t);
    if (!store) return;
    const folder = tempFolder(t);
    const log = join(folder, "web.log");
    writeFileSync(log, "one\ntwo\n");
    await store.put("/cli/list", [{ logtopic: "web", logpath: log }]);
    const config = {
      configpath: { own: "own.log" },
      etcd: { endpoints: store.url, timeout, key: "/cli/list" },
      sinks: { out: { type: "file", path: "out" } },
      monitor: false,
      store: false,
    };
    writeFileSync(join(folder, "config.yaml"), JSON.stringify(config));
    const args = ["--config", "config.yaml"];
    const run = await runCli(t, ["run", ...args, "--once"], { cwd: folder });
    assert.equal(run.code, 0, run.err);
    assert.deepEqual(
      recordsIn(join(folder, "out")).map(({ raw, source }) => [source, raw]),
      [
        ["web", "one"],
        ["web", "two"],
      ],
    );
    const explained = await runCli(t, ["explain", ...args], { cwd: folder });
    assert.equal(explained.code, 0, explained.err);
    assert.match(explained.out, /^sources\.web\n {2}paths += .*web\.log"\] +etcd \/cli\/list$/m);
    assert.match(explained.out, /^sources\.own\n {2}paths += \["own\.log"\] +config\.yaml:1$/m);
    await store.put("/cli/list", "[");
    const checked = await runCli(t, ["check", ...args], { cwd: folder });
    assert.equal(checked.code, 1);
    assert.match(checked.err, /^etcd:\/cli\/list: error: /m);
    const again = await runCli(t, ["run", ...args, "--once"], { cwd: folder });
    assert.equal(again.code, 0, again.err);
    assert.match(again.out, /^source web: 1 file, /m);
  });

  it("proves who it is by TLS, certificate, user and password, and says which of them is wrong", async (t) => {
    const [ca, cert, key] = ["ca.pem", "server.pem", "server.key"].map((name) => join(certificates, name));
    let store: EtcdServer;
    try {
      secure = startEtcd({ tls: { cert: cert ?? "", key: key ?? "" } });
      store = await secure;
    } catch (error) {
      return unavailable(t, "etcd with TLS", error);
    }
    await store.put("/secure/a", source("a.log"));
    await store.enableAuth("secret-of-root");
    const endpoints = [new URL(store.url).host];
    const trouble = async (more: object): Promise<string> => {
      const { engine, apply } = runEngine(t, tempFolder(t));
      await apply({ ...quiet, etcd: { endpoints, prefix: "/secure/", ...more } });
      await until(() => engine.snapshot().etcd?.state === "down", slow);
      const { error = "" } = engine.snapshot().etcd ?? {};
      await engine.close();
      return error;
    };
    assert.match(await trouble({ tls: {} }), /can't be reached: .*certificate/);
    assert.match(
      await trouble({ tls: { ca: "nowhere.pem" } }),
      /^etcd\.tls\.ca can't be read: .*nowhere\.pem/,
    );
    assert.match(await trouble({ tls: { ca } }), /wants a user: set etcd\.user and etcd\.password/);
    assert.match(
      await trouble({ tls: { ca }, user: "root", password: "wrong" }),
      /refuses the user: check etcd\.user and etcd\.password/,
    );
    const { engine, apply } = runEngine(t, tempFolder(t));
    const right = { tls: { ca, cert, key }, user: "root", password: "secret-of-root" };
    await apply({ ...quiet, etcd: { endpoints, timeout, prefix: "/secure/", ...right } });
    assert.deepEqual(ids(engine.snapshot()), ["a"]);
    // The server forgets its tokens.
    await store.kill9();
    await store.start();
    await until(() => engine.snapshot().etcd?.state === "connected", slow);
    assert.doesNotMatch(JSON.stringify(engine.snapshot()), /secret-of-root/);
  });
});
