import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { unavailable } from "../../helpers/require.ts";
import { startElastic } from "../../helpers/services/elastic.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { access, appendAccess, quiet, sinkOf } from "./influx.ts";

/** For what a server does that may have little of a machine. */
const patient = { timeout: 120_000 };

for (const release of ["elasticsearch8", "elasticsearch9", "opensearch3"] as const) {
  describe(`the sinks of documents, on a real ${release}`, () => {
    it("write indexes and data streams by template, each line once, and bury what a mapping refuses", async (t) => {
      const elastic = await startElastic(release).catch((error: unknown) => unavailable(t, release, error));
      if (!elastic) return;
      t.after(() => elastic.close());
      const folder = tempFolder(t);
      const { engine, apply } = runEngine(t, folder);
      const lines = appendAccess(join(folder, "a.log"), 2_000, 1);
      const values = ["1", '{"deep":1}', "3"];
      writeFileSync(join(folder, "a.json"), values.map((n) => `{"n":${n}}\n`).join(""));
      const n = { properties: { fields: { properties: { n: { type: "long" } } } } };
      await elastic.ask("PUT", "/typed", { mappings: n });
      const common = { type: elastic.kind, url: elastic.url, template: true };
      const sinks = {
        plain: { ...common, index: "lines-${source}-${date}", gzip: true },
        stream: { ...common, index: "stream-${source}", dataStream: true, documents: "ecs" },
        old: { ...common, index: "old-${source}", documents: "topic" },
        typed: { type: elastic.kind, url: elastic.url, index: "typed" },
      };
      const sources = {
        access: { ...access.access, sinks: ["plain", "stream", "old"] },
        numbers: { paths: "a.json", parser: "json", from: "start", sinks: ["typed"] },
      };
      const { issues } = await apply({ ...quiet, sources, sinks });
      assert.deepEqual(issues, []);
      const { undelivered } = await engine.drain(100_000);
      const errors = engine.snapshot().sinks.map(({ id, lastError }) => `${id}: ${lastError}`);
      assert.equal(undelivered, 0, errors.join("\n"));
      const plain = [...(await elastic.documents("lines-access-*")).values()];
      assert.deepEqual(plain.map(({ raw }) => raw).toSorted(), lines.toSorted());
      assert.equal((await elastic.documents("stream-access")).size, lines.length);
      const [backing] = Object.keys(await elastic.ask("GET", "/stream-access/_mapping"));
      assert.match(backing ?? "", /^\.ds-stream-access-/, "it is a data stream");
      assert.equal((await elastic.documents("old-access")).size, lines.length);
      await until(() => sinkOf(engine, "typed").dead === 1, patient);
      assert.match(sinkOf(engine, "typed").lastError ?? "", /400 (document|mapper)_parsing_exception/);
      assert.equal((await elastic.documents("typed")).size, 2);
      if (elastic.kind !== "elasticsearch") return;
      // As the whole distributions have it.
      const own = { index_patterns: ["logs-*-*"], priority: 100, data_stream: {} };
      await elastic.ask("PUT", "/_index_template/logs", own);
      const held = { type: elastic.kind, url: elastic.url, index: "${topic}", documents: "topic" };
      const standard = { type: elastic.kind, url: elastic.url };
      writeFileSync(join(folder, "b.log"), "one\ntwo\n");
      const named = { "logs-a-b": { paths: "b.log", parser: "plain", from: "start" } };
      await apply({ ...quiet, sources: named, sinks: { held, standard } });
      await until(() => sinkOf(engine, "held").state === "failed", patient);
      assert.match(sinkOf(engine, "held").lastError ?? "", /data streams: choose another index$/);
      assert.equal(sinkOf(engine, "held").dead, 0, "no record is buried for where it goes");
      await until(() => sinkOf(engine, "standard").delivered === 2, {
        ...patient,
        what: "the default index",
      });
      const taken = await elastic.documents("logs-logs-a-b-*");
      assert.deepEqual([...taken.values()].map(({ raw }) => raw).toSorted(), ["one", "two"]);
      const backings = Object.keys(await elastic.ask("GET", "/logs-logs-a-b-*/_mapping"));
      assert.ok(
        backings.every((name) => name.startsWith(".ds-logs-")) && backings.length === 1,
        `${backings}`,
      );
      await apply({ ...quiet, sources: named, sinks: { own: { ...standard, template: true } } });
      await until(() => sinkOf(engine, "own").state === "failed", patient);
      assert.match(
        sinkOf(engine, "own").lastError ?? "",
        /the template log-monitor-own was not taken: .*data streams go by names that index gives: choose another/,
      );
    });
  });
}
