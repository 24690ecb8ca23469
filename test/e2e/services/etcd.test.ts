import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { prometheusText } from "../../../src/monitor/prometheus.ts";
import { runEngine } from "../../helpers/engine.ts";
import { recordsIn } from "../../helpers/output.ts";
import { startEtcd } from "../../helpers/services/etcd.ts";
import { shared } from "../../helpers/services/shared.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { runCli } from "../cli/program.ts";
import { handles, ids, slow, source, timeout } from "./etcd.ts";
import { quiet } from "./influx.ts";

const certificates = join(import.meta.dirname, "../../cases/tls");

describe("configuration from a real etcd", () => {
  /** One server for all, each test below a prefix of its own. */
  const etcd = shared("etcd", () => startEtcd());
  const [ca = "", cert = "", key = ""] = ["ca.pem", "server.pem", "server.key"].map((name) =>
    join(certificates, name),
  );
  const secure = shared("etcd with TLS", () => startEtcd({ tls: { cert, key } }));
  const asking = shared("etcd that asks for certificates", () =>
    startEtcd({ tls: { cert, key, clientCa: ca } }),
  );

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
    const store = await secure(t);
    if (!store) return;
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
    assert.match(await trouble({ tls: {} }), /can't be reached: .*certificate.*: check etcd\.tls\.ca$/);
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

  it("shows its certificate to a server that asks for one, and says which settings are missing", async (t) => {
    const store = await asking(t);
    if (!store) return;
    await store.put("/asking/a", source("a.log"));
    const { engine, apply } = runEngine(t, tempFolder(t));
    const etcd = { endpoints: store.url, timeout, prefix: "/asking/" };
    const error = () => engine.snapshot().etcd?.error ?? "";
    await apply({ ...quiet, etcd: { ...etcd, timeout: 1_000, tls: { ca } } });
    await until(() => /: check etcd\.tls\.cert and etcd\.tls\.key$/.test(error()), { ...slow, what: error });
    await apply({ ...quiet, etcd: { ...etcd, tls: { ca, cert, key } } });
    assert.deepEqual(ids(engine.snapshot()), ["a"]);
    assert.equal(engine.snapshot().etcd?.state, "connected");
    await store.put("/asking/b", source("b.log"));
    await until(() => ids(engine.snapshot()).join() === "a,b", slow);
  });
});
