import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { extractSecret } from "../../src/config/secret-edit.ts";
import type { ConfigInput } from "../../src/protocol/engine.ts";
import { layer, load, said } from "./load.ts";

const influx = (more: object) => ({ sinks: { db: { type: "influxdb", ...more } } });
const v2 = (token: string) => influx({ url: "http://h:8086", org: "o", bucket: "b", token });
const optionsOf = async (values: unknown, env: NodeJS.ProcessEnv = {}) =>
  (await load(values, {}, env)).config.sinks.get("db") ?? assert.fail("the sink was refused");

describe("secrets of the configuration", () => {
  it("come from the environment where there is no secret storage", async () => {
    const env = { LOG_MONITOR_SECRET_SINKS_DB_TOKEN: "hunter22" };
    const sink = await optionsOf(v2(`\${secret:sinks.db.token}`), env);
    assert.equal((sink.options as { token: string }).token, "hunter22");
    assert.deepEqual(sink.secrets, ["hunter22"]);
  });

  it("may be a part of a value", async () => {
    const env = { LOG_MONITOR_SECRET_P: "p@ss" };
    const sink = await optionsOf(influx({ dsn: `http://h:8086@me@\${secret:P}@db@s` }), env);
    assert.equal((sink.options as { dsn: string }).dsn, "http://h:8086@me@p@ss@db@s");
  });

  it("that are missing refuse their part alone, with the setting, the name and what to do", async () => {
    const loaded = await load({
      ...v2(`\${secret:TOKEN}`),
      sources: { a: { paths: "a.log" } },
    });
    assert.deepEqual(said(loaded), [
      "sinks.db.token: the secret TOKEN is not set: set the environment variable LOG_MONITOR_SECRET_TOKEN",
    ]);
    assert.equal(loaded.issues[0]?.missing, "TOKEN");
    assert.deepEqual(loaded.refused, ["sinks.db"]);
    assert.deepEqual([...loaded.config.sources.keys()], ["a"]);
  });

  it("are refused where what is written is kept on disk", async () => {
    const env = { LOG_MONITOR_SECRET_X: "hunter22" };
    const parser = { type: "regex", pattern: `(?<a>\${secret:X})` };
    const loaded = await load(
      { sources: { a: { paths: "a.log", parser } }, dataDir: `\${secret:X}` },
      {},
      env,
    );
    const why = "a secret can't be used here: what is set here is written to disk as it is";
    assert.deepEqual(said(loaded).sort(), [`dataDir: ${why}`, `sources.a.parser.pattern: ${why}`]);
  });

  it("are shown in no message about the part that they are in", async () => {
    const env = { LOG_MONITOR_SECRET_X: "hunter22 with spaces" };
    const values = { sinks: { k: { type: "kafka", brokers: `\${secret:X}` } } };
    const text = said(await load(values, {}, env)).join();
    assert.match(text, /sinks\.k\.brokers: "\*\*\*" is no address/);
  });

  it("are not asked for in a workspace that is not trusted", async () => {
    const env = { LOG_MONITOR_SECRET_TOKEN: "hunter22" };
    const loaded = await load(v2(`\${secret:TOKEN}`), { trusted: false }, env);
    assert.doesNotMatch(JSON.stringify([...loaded.config.sinks]), /hunter22/);
    assert.doesNotMatch(said(loaded).join(), /is not set/);
  });
});

describe("secrets in plain", () => {
  const warned = async (values: unknown, given: Partial<ConfigInput> = {}) =>
    (await load(values, { plainSecrets: true, ...given })).issues
      .filter(({ code }) => code === "plainSecret")
      .map(({ path, severity }) => `${severity} ${path.join(".")}`);

  it("draw a warning at their place", async () => {
    assert.deepEqual(await warned(v2("hunter22")), ["warning sinks.db.token"]);
    assert.deepEqual(await warned(influx({ dsn: "http://h:8086@me@pw@db@s" })), ["warning sinks.db.dsn"]);
    assert.deepEqual(await warned({ sinks: { w: { type: "webhook", url: "https://me:pw@h/" } } }), [
      "warning sinks.w.url",
    ]);
    const headers = { Authorization: "Bearer hunter22" };
    assert.deepEqual(await warned({ sinks: { w: { type: "webhook", headers } } }), [
      "warning sinks.w.headers.Authorization",
    ]);
  });

  it("draw none where they are references, names of fields, or given on the command line", async () => {
    assert.deepEqual(await warned(v2(`\${env:TOKEN}`)), []);
    assert.deepEqual(await warned(influx({ dsn: `http://h:8086@me@\${secret:P}@db@s` })), []);
    assert.deepEqual(await warned(influx({ url: "http://h", tags: { token: "token" } })), []);
    assert.deepEqual(await warned(undefined, { layers: [layer("arguments", v2("hunter22"))] }), []);
    assert.deepEqual(await warned(v2("hunter22"), { plainSecrets: false }), []);
  });
});

describe("moving a secret out of a text", () => {
  const move = (text: string, path: readonly string[], within?: readonly string[], taken: string[] = []) => {
    const edit = extractSecret({ text, path, taken, ...(within && { within }) });
    return { ...edit, after: text.slice(0, edit.start) + edit.text + text.slice(edit.end) };
  };
  const dsn = 'http://h:8086@me@p@\\"ss@db@s';

  it("replaces a value in settings, with comments and flat or nested keys", () => {
    const flat = `{\n  // mine\n  "logMonitor.sinks": { "db": { "token": "hunter22", } }\n}`;
    const { after, value, name } = move(flat, ["sinks", "db", "token"], []);
    assert.deepEqual([value, name], ["hunter22", "sinks.db.token"]);
    assert.equal(after, flat.replace("hunter22", `\${secret:sinks.db.token}`));
    const nested = `{"settings": {"logMonitor": {"sinks": {"db": {"token": "hunter22"}}}}}`;
    assert.equal(
      move(nested, ["sinks", "db", "token"], ["settings"]).after,
      nested.replace("hunter22", `\${secret:sinks.db.token}`),
    );
  });

  it("replaces the password of an address alone", () => {
    const text = `{"logMonitor.sinks": {"db": {"dsn": "${dsn}"}}}`;
    const { after, value } = move(text, ["sinks", "db", "dsn"], []);
    assert.equal(value, 'p@"ss');
    assert.match(after, /"http:\/\/h:8086@me@\$\{secret:sinks\.db\.dsn\}@db@s"/);
  });

  it("replaces a value in YAML, whatever its style", () => {
    for (const written of ["hunter22", "'hunter22'", '"hunter22"', "hunter22 # mine"]) {
      const text = `sinks:\n  db:\n    token: ${written}\n    org: o\n`;
      const { after, value } = move(text, ["sinks", "db", "token"]);
      assert.equal(value, "hunter22");
      assert.match(after, /^ {4}token: "\$\{secret:sinks\.db\.token\}"( # mine)?\n {4}org: o$/m);
    }
    const block = "sinks:\n  db:\n    privateKey: |\n      one\n      two\n    org: o\n";
    const { after, value } = move(block, ["sinks", "db", "privateKey"]);
    assert.equal(value, "one\ntwo\n");
    assert.match(after, /privateKey: "\$\{secret:sinks\.db\.privateKey\}"\n {4}org: o/);
  });

  it("takes a name that no other secret has", () => {
    const text = `{"logMonitor.sinks": {"my db": {"token": "x"}}}`;
    const { name } = move(text, ["sinks", "my db", "token"], [], ["sinks.my-db.token"]);
    assert.equal(name, "sinks.my-db.token-2");
  });

  it("says so when there is no secret any more", () => {
    assert.throws(() => move("{}", ["sinks", "db", "token"], []), /no secret at sinks\.db\.token/);
    const text = `{"logMonitor.sinks": {"db": {"token": "\${secret:x}"}}}`;
    assert.throws(() => move(text, ["sinks", "db", "token"], []), /no secret/);
  });
});
