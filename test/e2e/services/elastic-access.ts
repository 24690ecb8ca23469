import assert from "node:assert/strict";
import { X509Certificate } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { silent } from "../../../src/lib/log.ts";
import { runEngine } from "../../helpers/engine.ts";
import { freePort } from "../../helpers/port.ts";
import { alice, type Elastic, type ElasticKind, token } from "../../helpers/services/elastic.ts";
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
        { url: `http://127.0.0.1:${await freePort()}` },
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

  // The distribution of OpenSearch for tests comes without users and TLS.
  if (kind === "elasticsearch") {
    it("signs in by user and token, over TLS by authority or fingerprint", async (t) => {
      const elastic = await real(t);
      if (!elastic) return;
      const folder = tempFolder(t);
      const { engine, apply } = runEngine(t, folder);
      const fingerprint = new X509Certificate(readFileSync(join(elastic.ca ?? "", "../server.pem")))
        .fingerprint256;
      const ways = {
        user: { ca: elastic.ca, ...alice },
        token: { ca: elastic.ca, token },
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
      for (const id of Object.keys(ways))
        assert.equal((await elastic.documents(`logs-by-${id}`)).size, 1, id);
    });
  }

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
        await sink.check();
        return "good";
      } catch (error) {
        return (error as Error).message;
      } finally {
        await sink.close();
      }
    };
    assert.equal(await checked({ url: elastic.url }), "good");
    assert.match(await checked({ url: elastic.url, pipeline: "nowhere" }), /no ingest pipeline nowhere/);
    assert.match(await checked({ url: `${elastic.url}/nowhere` }), /check url/);
  });
}
