import { setTimeout as delay } from "node:timers/promises";
import { setUpClient } from "../../lib/kafka-client.ts";
import { loadKafkajs } from "../../lib/kafkajs.ts";
import { silent } from "../../lib/log.ts";
import type { SourceFault } from "../source.ts";
import type { KafkaSourceOptions } from "./options.ts";
import { troubleOf } from "./trouble.ts";

const RETRY = { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 };

/** Whether brokers answer and the topics are there; the group is not joined. @param patience in ms */
export async function checkKafka(
  options: KafkaSourceOptions,
  patience: number,
): Promise<readonly SourceFault[]> {
  const place = `Kafka at ${options.brokers.join(", ")}`;
  const over = new AbortController();
  const late = delay(patience, undefined, { signal: over.signal }).then(
    () => {
      throw new Error(`no answer within ${patience / 1000} s`);
    },
    () => [],
  );
  try {
    return await Promise.race([ask(options), late]);
  } catch (error) {
    return [{ severity: "error", option: "brokers", message: troubleOf(error, place) }];
  } finally {
    over.abort();
  }
}

async function ask(options: KafkaSourceOptions): Promise<readonly SourceFault[]> {
  const { Kafka } = await loadKafkajs();
  const { config, close } = await setUpClient(options, "", silent);
  const client = new Kafka({ ...config, retry: RETRY });
  const admin = client.admin({ retry: RETRY });
  try {
    await admin.connect();
    const there = await admin.listTopics();
    return (options.topics ?? [])
      .filter((topic) => !there.includes(topic))
      .map((topic) => ({
        severity: "warning",
        option: "topics",
        message: `the topic ${topic} does not exist at present, or the user may not see it`,
      }));
  } finally {
    // What hangs must not be waited for.
    void admin.disconnect().catch(() => {});
    close();
  }
}
