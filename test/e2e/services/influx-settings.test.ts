import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { silent } from "../../../src/lib/log.ts";
import { runEngine } from "../../helpers/engine.ts";
import { deadPort } from "../../helpers/port.ts";
import { quoted } from "../../helpers/services/influx-query.ts";
import type { Influxdb } from "../../helpers/services/influxdb.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, apis, appendAccess, assertPoints, auth, influxdb, quiet, sinkOf } from "./influx.ts";

interface Wrong {
  readonly what: string;
  readonly api: keyof typeof apis;
  /** Prepares the server; the sink's options from the good ones. */
  options(influx: Influxdb): object | Promise<object>;
  readonly says: RegExp;
}

const stranger = { user: "stranger", password: "unknown-secret" };
const asStranger = (influx: Influxdb) =>
  influx.query(`CREATE USER ${quoted(stranger.user)} WITH PASSWORD ${quoted(stranger.password, "'")}`, "");

const wrongs: Wrong[] = [
  {
    what: "a wrong password",
    api: "v1",
    options: (influx) => ({ dsn: influx.dsn().replace(auth.password, "wrong-secret") }),
    says: /^InfluxDB answered 401: authorization failed: check user and password in dsn$/,
  },
  {
    what: "a wrong token",
    api: "v2",
    options: () => ({ token: `${auth.user}:wrong-secret` }),
    says: /^InfluxDB answered 401: authorization failed: check token$/,
  },
  {
    what: "no token at all",
    api: "v2",
    options: () => ({ token: undefined }),
    says: /^InfluxDB answered 401: unable to parse authentication credentials: set token$/,
  },
  {
    what: "a user who may not write",
    api: "v1",
    async options(influx) {
      await asStranger(influx);
      return { dsn: [influx.url, stranger.user, stranger.password, influx.database, "s"].join("@") };
    },
    says: /^InfluxDB answered 403: "stranger" user is not authorized .*: check user and password in dsn, and/,
  },
  {
    what: "the name of a database that is missing",
    api: "v1",
    options: (influx) => ({ dsn: influx.dsn("nowhere") }),
    says: /^InfluxDB answered 404: database not found: "nowhere": create the database nowhere, or correct its name in dsn$/,
  },
  {
    what: "the name of a bucket that is missing",
    api: "v2",
    options: () => ({ bucket: "nowhere" }),
    says: /^InfluxDB answered 404: database not found: "nowhere": create the bucket nowhere, or correct bucket or org$/,
  },
  {
    what: "a retention policy that is missing",
    api: "v1",
    options: () => ({ retentionPolicy: "nothing" }),
    says: /^InfluxDB answered 500: retention policy not found: nothing: create it, or correct retentionPolicy$/,
  },
];

const certificate = (name: string): string => join(import.meta.dirname, "../../cases/tls", name);

describe("the sink influxdb, with settings that a real InfluxDB refuses", () => {
  for (const { what, api, options, says } of wrongs) {
    it(`says what to look at, keeps all lines and delivers them once corrected: ${what}`, async (t) => {
      const influx = await influxdb(t, { own: true });
      if (!influx) return;
      const folder = tempFolder(t);
      const file = join(folder, "a.log");
      const lines = appendAccess(file, 500, 1);
      const { engine, apply } = runEngine(t, folder);
      const good = apis[api](influx);
      const configuration = (sink: object) => ({ ...quiet, sources: access, sinks: { influx: sink } });

      const { issues } = await apply(configuration({ ...good, ...(await options(influx)) }));
      assert.deepEqual(issues, []);
      await until(() => sinkOf(engine).state === "failed", { what: "the sink to be told" });
      assert.match(sinkOf(engine).lastError ?? "", says);
      lines.push(...appendAccess(file, 500, 2));
      await until(() => sinkOf(engine).lagRecords === lines.length, { what: "the lines to be kept" });
      assert.doesNotMatch(JSON.stringify(engine.snapshot()), /secret|imooc@pass/);

      await apply(configuration(good));
      await until(() => sinkOf(engine).delivered === lines.length, { what: "the lines to be delivered" });
      assert.equal(sinkOf(engine).state, "running");
      assert.equal(sinkOf(engine).dead, 0);
      await assertPoints(influx, lines);
    });
  }

  it("names the setting and the remedy for what can't go through, once", async (t) => {
    const influx = await influxdb(t);
    if (!influx) return;
    const folder = tempFolder(t);
    appendAccess(join(folder, "a.log"), 5, 1);
    const said: string[] = [];
    const { engine, apply } = runEngine(t, folder, {}, { ...silent, warn: (text) => said.push(text) });
    const closed = `http://127.0.0.1:${await deadPort()}`;
    const cases: Record<string, readonly [object, RegExp]> = {
      password: [
        { type: "influxdb", dsn: influx.dsn().replace(auth.password, "wrong-secret") },
        /check user and password in dsn$/,
      ],
      token: [{ ...apis.v2(influx), token: "imooc:wrong-secret" }, /: check token$/],
      database: [{ type: "influxdb", dsn: influx.dsn("nowhere") }, /or correct its name in dsn$/],
      bucket: [{ ...apis.v2(influx), bucket: "nowhere" }, /or correct bucket or org$/],
      closed: [
        { ...apis.v2(influx), url: closed },
        /ECONNREFUSED.*: see that it runs there, or correct url$/,
      ],
      path: [
        { ...apis.v2(influx), url: `${influx.url}/elsewhere` },
        /does not answer like InfluxDB .*: check url$/,
      ],
    };
    const sinks = Object.fromEntries(Object.entries(cases).map(([id, [sink]]) => [id, sink]));
    await apply({ ...quiet, sources: access, sinks });
    for (const [id, [, message]] of Object.entries(cases)) {
      await until(() => sinkOf(engine, id).retries > 1 || sinkOf(engine, id).state === "failed", {
        what: id,
      });
      assert.match(sinkOf(engine, id).lastError ?? "", message, id);
      assert.equal(said.filter((text) => text.startsWith(`sink ${id}: `)).length, 1, said.join("\n"));
    }
    assert.doesNotMatch(said.join("\n"), /wrong-secret/);
  });

  it("speaks TLS with a server of an authority of one's own, or says which setting is about it", async (t) => {
    const tls = { cert: certificate("server.pem"), key: certificate("server.key") };
    const influx = await influxdb(t, { tls });
    if (!influx) return;
    const folder = tempFolder(t);
    const lines = appendAccess(join(folder, "a.log"), 50, 1);
    const said: string[] = [];
    const { engine, apply } = runEngine(t, folder, {}, { ...silent, warn: (text) => said.push(text) });
    const ca = certificate("ca.pem");
    const { fingerprint256: fingerprint } = new X509Certificate(readFileSync(tls.cert));
    const own = { dsn: apis.v1, url: apis.v2, print: apis.v1, any: apis.v1 };
    const trust = {
      dsn: { ca },
      url: { ca: readFileSync(ca, "utf8") },
      print: { fingerprint },
      any: { verify: false },
    };
    const good = Object.entries(own).map(([id, api]) => [
      id,
      { ...api({ ...influx, database: id, dsn: () => influx.dsn(id) }), ...trust[id as keyof typeof own] },
    ]);
    const cases: Record<string, readonly [object, RegExp]> = {
      authority: [{}, /can't be reached: .*: check ca$/],
      stranger: [{ fingerprint: "ab".repeat(32) }, /another fingerprint: [0-9a-f]{64}: correct fingerprint$/],
    };
    const bad = Object.entries(cases).map(([id, [more]]) => [id, { ...apis.v1(influx), ...more }]);
    for (const id of Object.keys(own)) await influx.createDatabase(id);
    const sinks = Object.fromEntries([...good, ...bad]);
    const { issues } = await apply({ ...quiet, sources: access, sinks });
    assert.deepEqual(issues, []);
    for (const id of Object.keys(own)) {
      await until(() => sinkOf(engine, id).delivered === lines.length, {
        what: () => `${id}: ${sinkOf(engine, id).lastError}`,
      });
      assert.equal(await influx.count("nginx_log", { database: id }), lines.length, id);
    }
    assert.match(sinkOf(engine, "any").target ?? "", /TLS is not verified/);
    for (const [id, [, message]] of Object.entries(cases)) {
      await until(() => sinkOf(engine, id).retries > 1 || sinkOf(engine, id).state === "failed", {
        what: id,
      });
      assert.match(sinkOf(engine, id).lastError ?? "", message, id);
      assert.equal(said.filter((text) => text.startsWith(`sink ${id}: `)).length, 1, said.join("\n"));
    }
  });

  it("goes on by itself once the missing database has been created", async (t) => {
    const influx = await influxdb(t, { own: true });
    if (!influx) return;
    const folder = tempFolder(t);
    const lines = appendAccess(join(folder, "a.log"), 500, 1);
    const { engine, apply } = runEngine(t, folder);
    await influx.query(`DROP DATABASE ${quoted(influx.database)}`, "");
    await apply({ ...quiet, sources: access, sinks: { influx: apis.v1(influx) } });
    await until(() => sinkOf(engine).state === "failed", { what: "the sink to be told" });
    await influx.createDatabase(influx.database);
    await until(() => sinkOf(engine).delivered === lines.length, {
      timeout: 30_000,
      what: "the lines to be delivered",
    });
    await assertPoints(influx, lines);
  });
});
