import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { silent } from "../../../src/lib/log.ts";
import { elasticsearchSink, opensearchSink } from "../../../src/sinks/elasticsearch.ts";
import { runEngine } from "../../helpers/engine.ts";
import { deadPort } from "../../helpers/port.ts";
import type { Elastic, ElasticKind } from "../../helpers/services/elastic.ts";
import { alice, bob, token } from "../../helpers/services/elastic-users.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { drained, quiet, sinkOf } from "./influx.ts";

/** For what a server does that may have little of a machine. */
const patient = { timeout: 120_000 };

/** Tests of who is let in by a server, and of what is said when nothing goes through. */
export function accessCases(kind: ElasticKind, real: (t: TestContext) => Promise<Elastic | undefined>): void {
  it("names the setting and the remedy for what can't go through, once", async (t) => {
    const elastic = await real(t);
    if (!elastic) return;
    const folder = tempFolder(t);
    const said: string[] = [];
    const { engine, apply } = runEngine(t, folder, {}, { ...silent, warn: (text) => said.push(text) });
    const ca = elastic.ca && { ca: elastic.ca };
    await elastic.ask("PUT", "/_cluster/settings", {
      transient: { "action.auto_create_index": "-missing-*,+*" },
    });
    const cases: Record<string, readonly [object, RegExp]> = {
      closed: [
        { url: `http://127.0.0.1:${await deadPort()}` },
        /ECONNREFUSED.*see that it runs there, or correct url/,
      ],
      path: [{ url: `${elastic.url}/no/such/path`, ...ca }, /check url, index and pipeline/],
      index: [
        { ...ca, index: "missing-${source}" },
        /no such index \[missing-a\].*: check index and pipeline$/,
      ],
      lifecycle: [{ ...ca, template: true, lifecycle: { deleteAfter: "30d" } }, /leave lifecycle out/],
      ...(elastic.ca && {
        password: [{ ...ca, user: "alice", password: "wrong-one" }, /check user and password/],
        key: [{ ...ca, apiKey: "d3Jvbmctb25lOndyb25nLW9uZQ==" }, /check user and password, apiKey or token/],
        right: [
          { ...ca, index: "orders", ...(kind === "elasticsearch" ? { token } : bob) },
          /security_exception: .*: see that the user may create documents there$/,
        ],
        authority: [{}, /can't be reached: .*: check ca$/],
        fingerprint: [
          { fingerprint: "ab".repeat(32) },
          /another fingerprint: [0-9a-f]{64}: correct fingerprint$/,
        ],
      }),
    };
    writeFileSync(join(folder, "a.log"), "one\n");
    const sinks = Object.entries(cases).map(([id, [sink]]) => [
      id,
      { type: kind, url: elastic.url, ...sink },
    ]);
    const sources = { a: { paths: "a.log", parser: "plain", from: "start" } };
    const { issues } = await apply({ ...quiet, sources, sinks: Object.fromEntries(sinks) });
    assert.deepEqual(issues, []);
    for (const [id, [, message]] of Object.entries(cases)) {
      await until(() => sinkOf(engine, id).lastError !== undefined, { ...patient, what: id });
      assert.match(sinkOf(engine, id).lastError ?? "", message, id);
      await until(() => sinkOf(engine, id).retries > 1 || sinkOf(engine, id).state === "failed", patient);
      assert.equal(said.filter((text) => text.startsWith(`sink ${id}: `)).length, 1, said.join("\n"));
    }
    assert.doesNotMatch(said.join("\n"), /wrong-one|d3Jvbmctb25l/);
  });

  it("signs in by user and token, over TLS by authority or fingerprint", async (t) => {
    const elastic = await real(t);
    if (!elastic) return;
    const folder = tempFolder(t);
    const { engine, apply } = runEngine(t, folder);
    const fingerprint = new X509Certificate(readFileSync(join(elastic.ca ?? "", "../server.pem")))
      .fingerprint256;
    const ways = {
      user: { ca: elastic.ca, ...alice },
      narrow: { ca: elastic.ca, ...(kind === "elasticsearch" ? { token } : bob) },
      print: { fingerprint, ...alice },
    };
    writeFileSync(join(folder, "a.log"), "one\n");
    const sinks = Object.entries(ways).map(([id, way]) => [
      id,
      { type: kind, url: elastic.url, index: `logs-by-${id}`, ...way },
    ]);
    const sources = { a: { paths: "a.log", parser: "plain", from: "start" } };
    const { issues } = await apply({ ...quiet, sources, sinks: Object.fromEntries(sinks) });
    assert.deepEqual(issues, []);
    await drained(engine);
    for (const id of Object.keys(ways)) assert.equal((await elastic.documents(`logs-by-${id}`)).size, 1, id);
  });

  it("finds out with check whether the server is one", async (t) => {
    const elastic = await real(t);
    if (!elastic) return;
    const { sinks } = await import("../../../src/sinks/index.ts");
    const { silent } = await import("../../../src/lib/log.ts");
    const context = { id: "es", log: silent, dataDir: tempFolder(t), baseDir: "/" };
    const ca = elastic.ca && { ca: elastic.ca };
    const checked = async (options: object): Promise<string> => {
      const definition = sinks[kind] ?? assert.fail();
      const sink = await definition.create(definition.options.parse({ ...ca, ...options }), context);
      try {
        const { server, note } = (await sink.check()) ?? {};
        return `good: ${server}${note === undefined ? "" : `; ${note}`}`;
      } catch (error) {
        return (error as Error).message;
      } finally {
        await sink.close();
      }
    };
    const { url } = elastic;
    const label = kind === "elasticsearch" ? "Elasticsearch" : "OpenSearch";
    assert.match(await checked({ url }), new RegExp(`^good: ${label} [\\d.]+$`));
    assert.match(
      await checked({ url, pipeline: "nowhere" }),
      new RegExp(`^${label} at .*no ingest pipeline nowhere`),
    );
    assert.match(await checked({ url: `${url}/nowhere` }), /check url/);
    const closed = `http://127.0.0.1:${await deadPort()}`;
    assert.match(await checked({ url: [closed, url] }), /^good: .*; .* can't be reached: .*ECONNREFUSED/);
    assert.match(await checked({ url: [`${url}/nowhere`, url] }), /check url/, "any node is asked");
    await elastic.ask("PUT", "/_cluster/settings", {
      transient: { "action.auto_create_index": "-missing-*,+*" },
    });
    await elastic.ask("PUT", "/missing-made");
    const unmade = /makes no index missing-\S+ by itself \(action\.auto_create_index: -missing-\*,\+\*\)/;
    const fixed = await checked({ url, index: "missing-one" });
    assert.match(fixed, unmade);
    assert.match(fixed, /: create it, or check index and pipeline$/);
    const open = await checked({ url, index: "missing-${source}" });
    assert.match(open, unmade);
    assert.match(open, /^good: .*: each index must be there, or records wait$/);
    assert.match(await checked({ url, index: "missing-made" }), /^good: [^;]*$/);
    if (kind === "elasticsearch") {
      assert.match(await checked({ url, index: "logs-mine", token }), /^good: [^;]*$/);
      assert.match(
        await checked({ url, index: "orders", token }),
        /the user lacks create_doc of orders: see that the user may create documents there$/,
      );
    } else {
      for (const name of ["logs-mine", "orders"]) await elastic.ask("PUT", `/${name}`);
      assert.match(await checked({ url, index: "logs-mine", ...bob }), /^good: [^;]*$/);
      assert.match(
        await checked({ url, index: "logs-${source}", ...bob }),
        /^good: .*; whether the user may write only a write tells$/,
      );
      assert.match(
        await checked({ url, index: "orders", ...bob }),
        /answered 403: no permissions .*bob.*: see that the user may create documents there$/,
      );
      assert.match(
        await checked({ url, index: "logs-mine", template: true, ...bob }),
        /the template log-monitor-es was not taken: .*: see that the user may manage index templates, or/,
      );
      assert.deepEqual(
        [(await elastic.documents("logs-mine")).size, (await elastic.documents("orders")).size],
        [0, 0],
      );
    }
  });

  it("finds out with check whether template and lifecycle would be taken, and installs none", async (t) => {
    const elastic = await real(t);
    if (!elastic) return;
    const { url } = elastic;
    const ca = elastic.ca && { ca: elastic.ca };
    const definition = kind === "elasticsearch" ? elasticsearchSink : opensearchSink;
    const checked = async (id: string, options: object): Promise<string> => {
      const given = definition.options.parse({ url, template: true, ...ca, ...options });
      const sink = await definition.create(given, { id, log: silent, dataDir: "/", baseDir: "/" });
      try {
        await sink.check();
        return "good";
      } catch (error) {
        return (error as Error).message;
      } finally {
        await sink.close();
      }
    };
    const index = "taken-${source}";
    assert.equal(await checked("one", { index }), "good");
    await assert.rejects(elastic.ask("GET", "/_index_template/log-monitor-one"), /404/);
    await elastic.ask("PUT", "/_index_template/log-monitor-one", {
      index_patterns: ["taken-*"],
      priority: 300,
    });
    assert.equal(await checked("one", { index }), "good", "its own is replaced");
    const other =
      /^the template log-monitor-two was not taken: .*: another sink installs a template for the same/;
    assert.match(await checked("two", { index }), other);
    const { engine, apply } = runEngine(t, tempFolder(t));
    const sink = { type: kind, url, index, template: true, ...ca };
    await apply({ ...quiet, sources: { a: { paths: "a.log", parser: "plain" } }, sinks: { two: sink } });
    await until(() => sinkOf(engine, "two").state === "failed", patient);
    assert.match(sinkOf(engine, "two").lastError ?? "", other, "a start says the same");
    assert.match(
      await checked("aged", { index: "aged-${source}", lifecycle: { deleteAfter: "30d" } }),
      /leave lifecycle out/,
    );
  });
}
