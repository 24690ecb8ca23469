import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, it, type TestContext } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { unavailable } from "../../helpers/require.ts";
import {
  type Elastic,
  type ElasticKind,
  startElastic,
  untilDocuments,
} from "../../helpers/services/elastic.ts";
import { startTcpRelay } from "../../helpers/tcp-relay.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { accessCases } from "./elastic-access.ts";
import { remoteCases } from "./elastic-remote.ts";
import { viewCase } from "./elastic-view.ts";
import { access, appendAccess, drained, quiet, sinkOf } from "./influx.ts";

const SIDE = { type: "file", path: "side" };
/** For what a server does that may have little of a machine. */
const patient = { timeout: 120_000 };

for (const kind of ["elasticsearch", "opensearch"] as const) {
  describe(`the sink ${kind}, on a real server`, () => {
    let server: Promise<Elastic> | undefined;
    after(async () => (await server?.catch(() => undefined))?.close());

    /** The one server of these tests: each uses indexes of its own. */
    const real = async (t: TestContext): Promise<Elastic | undefined> => {
      server ??= startElastic(kind as ElasticKind, true);
      try {
        return await server;
      } catch (error) {
        unavailable(t, kind, error);
        return undefined;
      }
    };
    const started = async (t: TestContext, prefix: string, options: object = {}) => {
      const elastic = await real(t);
      if (!elastic) return undefined;
      const folder = tempFolder(t);
      const { engine, apply } = runEngine(t, folder);
      const index = `${prefix}-\${source}-\${date}`;
      const ca = elastic.ca && { ca: elastic.ca };
      const sink = { type: kind, url: elastic.url, index, ...ca, ...options };
      const begin = async (sources: object = access, more: object = {}) => {
        const { issues } = await apply({ ...quiet, sources, sinks: { es: sink, ...more } });
        assert.deepEqual(issues, []);
      };
      return { elastic, folder, engine, begin };
    };

    for (const gzip of [false, true]) {
      it(`indexes each line once, with its values${gzip ? ", packed" : ""}`, async (t) => {
        const run = await started(t, gzip ? "packed" : "lines", { gzip, template: true });
        if (!run) return;
        const lines = appendAccess(join(run.folder, "a.log"), 1_500, 1);
        lines.push(...appendAccess(join(run.folder, "b.log"), 1_500, 2, Date.now() - 86_400_000));
        await run.begin();
        await drained(run.engine);
        const documents = await run.elastic.documents(`${gzip ? "packed" : "lines"}-access-*`);
        assert.deepEqual([...documents.values()].map(({ raw }) => raw).toSorted(), lines.toSorted());
        const statuses = lines.map((line) => Number(/" (\d{3}) /.exec(line)?.[1]));
        const wanted = statuses.filter((status) => status >= 500).length;
        const found = await run.elastic.ask("POST", `/${gzip ? "packed" : "lines"}-*/_count`, {
          query: { range: { "fields.status": { gte: 500 } } },
        });
        assert.equal(found.count, wanted);
      });
    }

    it("S1: buries a document that the mapping refuses, with the server's reason, and keeps the others", async (t) => {
      const run = await started(t, "conflict", { index: "conflict" });
      if (!run) return;
      const mappings = { properties: { fields: { properties: { n: { type: "long" } } } } };
      await run.elastic.ask("PUT", "/conflict", { mappings });
      const values = ["1", '"words"', "2", '{"deep":1}', "3"];
      writeFileSync(join(run.folder, "a.log"), values.map((n, at) => `{"n":${n},"at":${at}}\n`).join(""));
      await run.begin({ a: { paths: "a.log", parser: "json", from: "start" } });
      await until(
        () => sinkOf(run.engine, "es").lagRecords === 0 && sinkOf(run.engine, "es").dead === 2,
        patient,
      );
      const documents = await run.elastic.documents("conflict");
      const kept = [...documents.values()].map(({ fields }) => (fields as { n: number }).n);
      assert.deepEqual(kept.toSorted(), [1, 2, 3]);
      assert.match(sinkOf(run.engine, "es").lastError ?? "", /400 (mapper|document)_parsing_exception/);
      assert.equal(sinkOf(run.engine, "es").delivered, 3);
    });

    it("is not stopped by a server that is killed and started again: each line is there once", async (t) => {
      const run = await started(t, "killed");
      if (!run) return;
      const file = join(run.folder, "a.log");
      const lines = appendAccess(file, 12_000, 3);
      await run.begin(access, { side: SIDE });
      await until(() => sinkOf(run.engine, "es").delivered > 0, {
        ...patient,
        every: 1,
        what: "the first documents",
      });
      await run.elastic.kill9();
      lines.push(...appendAccess(file, 2_000, 4));
      await until(() => sinkOf(run.engine, "side").delivered === lines.length, {
        ...patient,
        what: "the other sink",
      });
      await until(() => sinkOf(run.engine, "es").state === "retrying", patient);
      assert.match(sinkOf(run.engine, "es").lastError ?? "", /can't be reached/);
      await run.elastic.start();
      lines.push(...appendAccess(file, 1_000, 5));
      await until(() => sinkOf(run.engine, "es").delivered >= lines.length, {
        ...patient,
        what: "all lines",
      });
      await untilDocuments(run.elastic, "killed-*", lines.length);
      const documents = await run.elastic.documents("killed-*");
      assert.deepEqual([...documents.values()].map(({ raw }) => raw).toSorted(), lines.toSorted());
      const { dead, dropped } = sinkOf(run.engine, "es");
      assert.deepEqual([dead, dropped], [0, 0]);
    });

    it("writes documents in the names of ECS", async (t) => {
      const run = await started(t, "ecs", {
        index: "ecs",
        template: true,
        documents: "ecs",
      });
      if (!run) return;
      const lines = appendAccess(join(run.folder, "a.log"), 500, 6);
      await run.begin();
      await drained(run.engine);
      const documents = await run.elastic.documents("ecs");
      assert.equal(documents.size, lines.length);
      const [one] = documents.values();
      assert.ok(one && "http.response.status_code" in one && "event.original" in one, JSON.stringify(one));
    });

    // The distribution of Elasticsearch for tests comes without the module of data streams.
    if (kind === "opensearch") {
      it("writes to a data stream", async (t) => {
        const run = await started(t, "stream", { index: "stream", template: true, dataStream: true });
        if (!run) return;
        const lines = appendAccess(join(run.folder, "a.log"), 500, 6);
        await run.begin();
        await drained(run.engine);
        assert.equal((await run.elastic.documents("stream")).size, lines.length);
        const streams = (await run.elastic.ask("GET", "/_data_stream/stream")).data_streams as unknown[];
        assert.equal(streams.length, 1);
        // As long as it is there its template can't become one of indexes.
        await run.elastic.ask("DELETE", "/_data_stream/stream");
      });
    }

    it("keeps records while a pipeline is missing, says so, and goes on once it is there", async (t) => {
      const run = await started(t, "piped", { pipeline: "stamp" });
      if (!run) return;
      appendAccess(join(run.folder, "a.log"), 5, 7);
      await run.begin();
      await until(() => sinkOf(run.engine, "es").state === "failed", patient);
      assert.match(
        sinkOf(run.engine, "es").lastError ?? "",
        /pipeline with id \[stamp\].*check index and pipeline/,
      );
      assert.equal(sinkOf(run.engine, "es").dead, 0);
      // One that changes nothing: the distributions for tests come without processors.
      await run.elastic.ask("PUT", "/_ingest/pipeline/stamp", { processors: [] });
      await run.engine.resetSink({ sink: "es" });
      await until(() => sinkOf(run.engine, "es").delivered === 5, patient);
      const documents = await run.elastic.documents("piped-*");
      assert.equal(documents.size, 5);
    });

    it("goes on by another node when one is lost", async (t) => {
      const elastic = await real(t);
      if (!elastic) return;
      const { protocol, port } = new URL(elastic.url);
      const node = await startTcpRelay(t, Number(port));
      const url = [`${protocol}//${node.address}`, elastic.url];
      const run = await started(t, "nodes", { index: "nodes", url });
      if (!run) return;
      const file = join(run.folder, "a.log");
      const lines = appendAccess(file, 50, 8);
      await run.begin();
      await until(() => sinkOf(run.engine, "es").delivered === 50, patient);
      node.close();
      for (let at = 0; at < 3; at++) {
        lines.push(...appendAccess(file, 20, 9 + at));
        await until(() => sinkOf(run.engine, "es").delivered === lines.length, patient);
      }
      assert.equal((await run.elastic.documents("nodes")).size, lines.length);
      const { retries, breaker } = sinkOf(run.engine, "es");
      assert.deepEqual(
        [retries, breaker.state],
        [0, "closed"],
        "the lost node is nothing that the sink waits for",
      );
    });

    it("waits while an index is closed to writes, and sends what it was refused for that alone again", async (t) => {
      const run = await started(t, "blocked", { index: "blocked-${to}" });
      if (!run) return;
      await run.elastic.ask("PUT", "/blocked-b", { settings: { "index.blocks.write": true } });
      const lines = ["a", "b", "a", "b"].map((to, n) => JSON.stringify({ to, n }));
      writeFileSync(join(run.folder, "a.log"), lines.map((line) => `${line}\n`).join(""));
      await run.begin({ s: { paths: "a.log", parser: "json", from: "start" } });
      await until(() => sinkOf(run.engine, "es").retries > 1, { ...patient, what: "a second try" });
      assert.equal((await run.elastic.documents("blocked-a")).size, 2);
      await run.elastic.ask("PUT", "/blocked-b/_settings", { "index.blocks.write": false });
      await until(() => sinkOf(run.engine, "es").delivered === 4, patient);
      const documents = await run.elastic.documents("blocked-*");
      assert.deepEqual([...documents.values()].map(({ raw }) => raw).toSorted(), lines.toSorted());
      assert.equal(sinkOf(run.engine, "es").dead, 0);
      const { _all: all } = (await run.elastic.ask(
        "GET",
        "/blocked-a/_stats/indexing",
      )) as unknown as Indexed;
      const { index_total: taken, index_failed: refused } = all.primaries.indexing;
      assert.deepEqual([taken, refused], [2, 0], "what was taken was not sent again");
    });

    it("writes the old layout, one index a topic, under ids that don't collide", async (t) => {
      const run = await started(t, "old", { index: "old-${source}", documents: "topic", template: true });
      if (!run) return;
      const names = Array.from({ length: 12 }, (_, at) => `p${at}`);
      for (const name of names) writeFileSync(join(run.folder, `${name}.log`), "a\nb\nc\nd\ne\nf\n");
      await run.begin({ topic: { paths: "p*.log", parser: "plain", from: "start" } });
      await drained(run.engine);
      const documents = await run.elastic.documents("old-topic");
      assert.equal(documents.size, 12 * 6);
      for (const [id, document] of documents) {
        assert.deepEqual(document, { topic: "topic", log: document.log, id });
      }
    });

    it("maps fields as it is told to", async (t) => {
      const mappings = { "fields.peer": "ip", "fields.spot": "geo_point", "fields.code": "keyword" };
      const run = await started(t, "mapped", { index: "mapped", template: true, mappings });
      if (!run) return;
      writeFileSync(join(run.folder, "a.log"), '{"peer":"10.1.2.3","spot":"52.5,13.4","code":7,"n":1.5}\n');
      await run.begin({ a: { paths: "a.log", parser: "json", from: "start" } });
      await drained(run.engine);
      const answer = (await run.elastic.ask("GET", "/mapped/_mapping")) as unknown as Mapped;
      const { fields, message } = answer.mapped.mappings.properties;
      const types = Object.entries(fields?.properties ?? {}).map(([name, { type }]) => [name, type]);
      assert.deepEqual(Object.fromEntries(types), {
        code: "keyword",
        n: "float",
        peer: "ip",
        remote_addr: "ip",
        spot: "geo_point",
      });
      assert.equal(message?.type, "text");
      assert.equal((await run.elastic.documents("mapped")).size, 1);
      const within = { query: { term: { "fields.peer": "10.0.0.0/8" } } };
      assert.equal((await run.elastic.ask("POST", "/mapped/_count", within)).count, 1);
    });

    accessCases(kind, real);
    remoteCases(kind, real);
    if (kind === "elasticsearch") viewCase(kind, real);
  });
}

interface Indexed {
  readonly _all: {
    readonly primaries: {
      readonly indexing: { readonly index_total: number; readonly index_failed: number };
    };
  };
}

interface Mapped {
  readonly mapped: {
    readonly mappings: {
      readonly properties: Readonly<
        Record<
          string,
          {
            readonly type?: string;
            readonly properties?: Readonly<Record<string, { readonly type: string }>>;
          }
        >
      >;
    };
  };
}
