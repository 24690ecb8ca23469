import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { runEngine } from "../../helpers/engine.ts";
import { startElastic, untilDocuments } from "../../helpers/services/elastic.ts";
import type { RunningKafka } from "../../helpers/services/kafka.ts";
import { shared } from "../../helpers/services/shared.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { runCli, start } from "../cli/program.ts";
import { appendAccess, quiet, sinkOf } from "./influx.ts";
import { numbered, PATIENT, send, sourceFor, valuesOf } from "./kafka-source.ts";

/** Tests of topics that are read into Elasticsearch. */
export function indexCases(broker: (t: TestContext) => Promise<RunningKafka | undefined>): void {
  const elasticsearch = shared("Elasticsearch", () => startElastic("elasticsearch"));

  it("indexes each message once, however often it is killed meanwhile", async (t) => {
    const kafka = await broker(t);
    const elastic = kafka && (await elasticsearch(t));
    if (!kafka || !elastic) return;
    await kafka.createTopic("killed", 12);
    const messages = numbered(24_000, 12);
    const cwd = tempFolder(t);
    const sources = { k: sourceFor(kafka, { topics: "killed" }) };
    const sinks = { es: { type: "elasticsearch", url: elastic.url, index: "${topic}", documents: "topic" } };
    writeFileSync(join(cwd, "log-monitor.json"), JSON.stringify({ ...quiet, sources, sinks }));
    const sending = send(kafka, "killed", messages);
    const admin = kafka.client.admin();
    await admin.connect();
    t.after(() => admin.disconnect());
    /** Messages that the group has behind it: they are in a spool or in the index. */
    const passed = async (): Promise<number> => {
      // While the group is loaded or shared out anew the broker does not tell.
      const asked = admin.fetchOffsets({ groupId: "group of killed", topics: ["killed"] });
      const [topic] = await asked.catch(() => []);
      return (topic?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0);
    };
    for (let turn = 0; turn < 3; turn++) {
      // Each time with another data folder: what the killed one knew is known to the group alone.
      const data = ["--data-dir", `data-${turn % 2}`];
      const program = start(t, ["run", "--config", "log-monitor.json", ...data], { cwd });
      const goal = Math.min(messages.length, (await passed()) + 1 + Math.floor(Math.random() ** 3 * 8_000));
      await program.until(async () => (await passed()) >= goal, {
        ...PATIENT,
        every: 5,
        what: `${goal} messages`,
      });
      program.kill("SIGKILL");
      await program.exited;
    }
    await sending;
    for (const turn of [0, 1]) {
      const data = ["--data-dir", `data-${turn}`];
      const { code, err } = await runCli(t, ["run", "--once", "--config", "log-monitor.json", ...data], {
        cwd,
      });
      assert.equal(code, 0, err);
    }
    await untilDocuments(elastic, "killed", messages.length);
    const documents = await elastic.documents("killed");
    assert.deepEqual([...documents.values()].map(({ log }) => String(log)).sort(), valuesOf(messages));
  });

  it("carries logs through a topic into an index: counts and values exact, also of what was sent twice", async (t) => {
    const kafka = await broker(t);
    const elastic = kafka && (await elasticsearch(t));
    if (!kafka || !elastic) return;
    await kafka.createTopic("nginx_log", 3);
    const folder = tempFolder(t);
    const lines = appendAccess(join(folder, "access.log"), 4_000, 1);
    const { engine, apply } = runEngine(t, folder);
    const { issues } = await apply({
      ...quiet,
      sources: {
        nginx_log: { paths: "access.log", parser: "plain", from: "start", sinks: ["kafka"] },
        back: { ...sourceFor(kafka, { topics: "nginx_log" }), parser: "nginx", sinks: ["es"] },
      },
      sinks: {
        kafka: { type: "kafka", brokers: kafka.broker, topic: "${source}", key: "record" },
        es: { type: "elasticsearch", url: elastic.url, index: "logs-${topic}" },
      },
    });
    assert.deepEqual(issues, []);
    await until(() => sinkOf(engine, "kafka").delivered >= lines.length, { ...PATIENT, what: "all sent" });
    const sent = await kafka.messages("nginx_log");
    // A producer that is killed before it hears of an answer sends again.
    await send(
      kafka,
      "nginx_log",
      sent.slice(0, 500).map(({ key, value, headers, timestamp, partition }) => ({
        ...{ key, value, timestamp, partition },
        ...(headers && { headers }),
      })),
    );
    appendFileSync(join(folder, "access.log"), `${lines[0]}\n`);
    await untilDocuments(elastic, "logs-nginx_log", lines.length + 1);
    await until(() => sinkOf(engine, "es").delivered >= lines.length + 501, {
      ...PATIENT,
      what: "all taken",
    });
    const documents = await elastic.documents("logs-nginx_log");
    const raws = [...documents.values()].map(({ raw }) => String(raw)).sort();
    assert.deepEqual(raws, [...lines, lines[0]].sort());
    const ids = new Set(sent.map(({ headers }) => String(headers?.id)));
    assert.equal([...documents.keys()].filter((id) => ids.has(id)).length, lines.length);
    const wanted = [...lines, String(lines[0])].filter((line) => / 5\d\d \d+ "/.test(line)).length;
    const found = await elastic.ask("POST", "/logs-nginx_log/_count", {
      query: { range: { "fields.status": { gte: 500 } } },
    });
    assert.equal(found.count, wanted);
  });
}
