import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it, type TestContext } from "node:test";
import { type Log, silent } from "../../../src/lib/log.ts";
import { runEngine } from "../../helpers/engine.ts";
import { startKafkaCluster } from "../../helpers/services/kafka-cluster.ts";
import { shared } from "../../helpers/services/shared.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { quiet, sinkOf } from "./influx.ts";
import { tried } from "./kafka-check.ts";
import { reading } from "./kafka-source.ts";

/** For what brokers do that may have little of a machine. */
const patient = { timeout: 180_000, every: 10 };
const TWO_OF_THREE = { "min.insync.replicas": "2" };
const FILES = ["a", "b", "c", "d", "e", "f"];

describe("the sink kafka, on a cluster of three brokers", () => {
  const real = shared("Kafka", startKafkaCluster);

  /** An engine that sends the lines of some files to a topic, whose brokers are named in front of each partition. */
  const started = async (t: TestContext, topic: string, layout: number[][]) => {
    const kafka = await real(t);
    if (!kafka) return undefined;
    if (layout.length > 0) await kafka.createTopic(topic, layout, TWO_OF_THREE);
    const folder = tempFolder(t);
    const said: string[] = [];
    const log: Log = { ...silent, warn: (text) => said.push(text) };
    const { engine, apply } = runEngine(t, folder, {}, log);
    const written = new Map(FILES.map((name): [string, string[]] => [name, []]));
    const write = (count: number): void => {
      for (const [name, lines] of written) {
        const more = Array.from({ length: count }, (_, at) => `${name} ${lines.length + at}`);
        appendFileSync(join(folder, `${name}.log`), more.map((line) => `${line}\n`).join(""));
        lines.push(...more);
      }
    };
    const begin = async (): Promise<void> => {
      const sink = { type: "kafka", brokers: kafka.addresses.join(","), topic, timeout: 2_000 };
      const sources = { s: { paths: "*.log", parser: "plain", from: "start" } };
      const { issues } = await apply({ ...quiet, sources, sinks: { kafka: sink } });
      assert.deepEqual(issues, []);
    };
    const figures = () => sinkOf(engine, "kafka");
    const total = (): number => [...written.values()].flat().length;
    const delivered = (): Promise<boolean> =>
      until(() => figures().delivered === total(), { ...patient, what: `all lines in ${topic}` });
    /** Asserts that each line is there once, those of a file in their order. */
    const assertWhole = async (): Promise<void> => {
      const texts = (await kafka.messages(topic)).map(({ value }) => String(value));
      for (const [name, lines] of written)
        assert.deepEqual(
          texts.filter((text) => text.startsWith(`${name} `)),
          lines,
        );
      assert.equal(texts.length, total());
      const { dead, dropped } = figures();
      assert.deepEqual([dead, dropped], [0, 0]);
    };
    return { kafka, said, write, begin, figures, delivered, assertWhole };
  };

  it("waits while too few copies can be made, and says so; no line is lost, there twice or out of order", async (t) => {
    const run = await started(t, "copies", [
      [1, 2, 3],
      [1, 3, 2],
    ]);
    if (!run) return;
    const { kafka, write, figures } = run;
    write(500);
    await run.begin();
    await run.delivered();
    const before = figures().delivered;
    await Promise.all([kafka.broker(2).kill9(), kafka.broker(3).kill9()]);
    write(500);
    await until(
      () => /fewer in-sync replicas.*min\.insync\.replicas/.test(figures().lastError ?? ""),
      patient,
    );
    assert.match(figures().state, /^(retrying|failed)$/);
    assert.equal(figures().delivered, before, "nothing counts as delivered that has no copy");
    await Promise.all([kafka.broker(2).start(), kafka.broker(3).start()]);
    await run.delivered();
    await kafka.whole("copies");
    await run.assertWhole();
  });

  it("goes on with the new leader when the old one is killed; a source reads each line once", async (t) => {
    const run = await started(t, "leaders", [
      [2, 3, 1],
      [3, 1, 2],
      [1, 2, 3],
    ]);
    if (!run) return;
    const { kafka, write, figures } = run;
    const read = await reading(t, { broker: kafka.addresses.join(",") }, { topics: "leaders" });
    write(500);
    await run.begin();
    await until(() => figures().delivered > 0, patient);
    await kafka.broker(2).kill9();
    for (let more = 0; more < 5; more++) write(100);
    await run.delivered();
    assert.notEqual(await kafka.leader("leaders", 0), 2);
    await kafka.broker(2).start();
    await run.assertWhole();
    const lines = (await kafka.messages("leaders")).map(({ value }) => String(value)).sort();
    await until(() => read.raws().length >= lines.length, { ...patient, what: "all lines read" });
    assert.deepEqual(read.raws(), lines);
  });

  it("says what to do about a topic that is not there, once, and goes on when it is", async (t) => {
    const run = await started(t, "later", []);
    if (!run) return;
    run.write(10);
    await run.begin();
    await until(() => run.figures().retries > 1, patient);
    assert.match(run.figures().lastError ?? "", /: create the topic, or set createTopics$/);
    assert.equal(run.said.length, 1, run.said.join("\n"));
    assert.match(
      await tried(t, { brokers: run.kafka.addresses.join(","), topic: "later" }),
      /^bad: .*: create the topic, or set createTopics$/,
    );
    await run.kafka.createTopic("later", [[3, 2, 1]], TWO_OF_THREE);
    await run.delivered();
    await run.assertWhole();
  });
});
