import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import type { SinkConfig } from "../../../src/config/config.ts";
import { trySink } from "../../../src/engine/try-sink.ts";
import { kafkaSink } from "../../../src/sinks/kafka.ts";
import type { RunningKafka } from "../../helpers/services/kafka.ts";
import { tempFolder } from "../../helpers/temp.ts";

/** The numbers of Kafka's protocol: of resources, patterns, operations and permissions. */
const TOPIC = 2;
const LITERAL = 3;
const WRITE = 4;
const DESCRIBE = 8;
const [DENY, ALLOW] = [2, 3];

/** What *Test Connection* says of a sink `kafka` with these options. */
export async function tried(t: TestContext, options: object): Promise<string> {
  const given = kafkaSink.options.parse({ timeout: 15_000, ...options });
  const config: SinkConfig = { id: "kafka", type: "kafka", baseDir: "/", options: given };
  const { good, text } = await trySink(config, tempFolder(t), { patience: 60_000 });
  return `${good ? "good" : "bad"}: ${text}`;
}

/** Tests of what is found out of a topic without a message. */
export function checkCases(
  real: (t: TestContext) => Promise<RunningKafka | undefined>,
  user: { readonly user: string; readonly password: string },
): void {
  it("finds out with check what a write would meet, and leaves no message and no topic behind", async (t) => {
    const kafka = await real(t);
    if (!kafka) return;
    const brokers = kafka.broker;
    await kafka.createTopic("checked", 2);
    await kafka.createTopic("c_d", 1);
    await kafka.createTopic("guarded", 1);
    const acl = {
      resourceType: TOPIC,
      resourceName: "guarded",
      resourcePatternType: LITERAL,
      principal: `User:${user.user}`,
      host: "*",
    };
    await kafka.administer((admin) =>
      admin.createAcls({
        acl: [
          { ...acl, operation: DESCRIBE, permissionType: ALLOW },
          { ...acl, operation: WRITE, permissionType: DENY },
        ],
      }),
    );
    for (const compression of ["none", "gzip", "snappy", "lz4", "zstd"]) {
      const said = await tried(t, { brokers, topic: "checked", compression });
      assert.match(said, /^good: Kafka, one broker, at .* topic checked, in \d+ ms$/, compression);
    }
    const signed = { brokers: kafka.sasl, sasl: "plain", ...user };
    assert.match(await tried(t, { ...signed, topic: "checked" }), /^good: [^;]*$/);
    assert.match(
      await tried(t, { ...signed, topic: "guarded" }),
      /^bad: .*: see that the user may write to the topic$/,
    );
    assert.match(
      await tried(t, { brokers, topic: "absent" }),
      /^good: .*; the first record makes the topic absent, if the user may$/,
    );
    assert.match(
      await tried(t, { brokers, topic: "absent", createTopics: { partitions: 3 } }),
      /^good: .*; the first record makes the topic absent$/,
    );
    assert.match(
      await tried(t, { brokers, topic: "absent", createTopics: { replication: 3 } }),
      /^bad: .*check replication in createTopics/,
    );
    assert.match(
      await tried(t, { brokers, topic: "absent-${source}", createTopics: { replication: 3 } }),
      /^bad: .*check replication in createTopics/,
    );
    assert.match(await tried(t, { brokers, topic: "c.d", createTopics: {} }), /^bad: .*correct topic$/);
    assert.match(await tried(t, { brokers }), /^good: .*; which topics \$\{source\} gives only records tell/);
    const { topics, ends } = await kafka.administer(async (admin) => ({
      topics: await admin.listTopics(),
      ends: await admin.fetchTopicOffsets("checked"),
    }));
    assert.deepEqual(
      topics.filter((topic) => topic.startsWith("absent")),
      [],
    );
    assert.deepEqual(
      ends.map(({ high }) => high),
      ["0", "0"],
    );
  });
}
