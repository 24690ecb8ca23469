// The bare loop beside rows (h): messages of a topic to an index, by kafkajs and bulk requests alone. Its documents
// have the fields of the product's: what the server does with them is the larger part of the work.
//   node reference-index.ts BROKER TOPIC GROUP URL INDEX COUNT
import { Kafka, type KafkaMessage, logLevel } from "kafkajs";

/** Documents of a request, as the product sends them. */
const BULK = 2_000;

const [broker = "", topic = "", groupId = "", url = "", index = "", count = "0"] = process.argv.slice(2);
const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const consumer = client.consumer({ groupId });
await consumer.connect();
await consumer.subscribe({ topic, fromBeginning: true });
let left = Number(count);
const done = Promise.withResolvers<void>();

const send = async (partition: number, messages: readonly KafkaMessage[]): Promise<void> => {
  let body = "";
  for (const { offset, timestamp, value } of messages) {
    body += `{"create":{"_index":"${index}","_id":"${partition}-${offset}"}}\n`;
    const message = String(value);
    const document = {
      "@timestamp": new Date(Number(timestamp)).toISOString(),
      message,
      source: "k",
      file: `${topic}[${partition}]`,
      offset: Number(offset),
      raw: message,
      fields: {},
    };
    body += `${JSON.stringify(document)}\n`;
  }
  const answer = await fetch(`${url}/_bulk`, {
    method: "POST",
    body,
    headers: { "content-type": "application/x-ndjson" },
  });
  const { errors } = (await answer.json()) as { errors: boolean };
  if (!answer.ok || errors) throw new Error(`the bulk request was answered ${answer.status}`);
};

await consumer.run({
  partitionsConsumedConcurrently: 4,
  async eachBatch({ batch, resolveOffset, heartbeat }) {
    const { messages, partition } = batch;
    for (let at = 0; at < messages.length; at += BULK) {
      const part = messages.slice(at, at + BULK);
      await send(partition, part);
      resolveOffset(part.at(-1)?.offset ?? "0");
      await heartbeat();
      left -= part.length;
    }
    if (left <= 0) done.resolve();
  },
});
await done.promise;
await consumer.disconnect();
