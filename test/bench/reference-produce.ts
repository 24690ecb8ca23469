// The bare loop beside rows (g): lines of a file to a topic, by kafkajs alone.
//   node reference-produce.ts FILE BROKER TOPIC
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Kafka, logLevel, Partitioners } from "kafkajs";

/** As the product sends them. */
const BATCH = 4_000;

const [file = "", broker = "", topic = ""] = process.argv.slice(2);
const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const producer = client.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner: Partitioners.DefaultPartitioner,
});
await producer.connect();
let messages: { key: string; value: string }[] = [];
for await (const line of createInterface({ input: createReadStream(file) })) {
  if (messages.push({ key: file, value: line }) < BATCH) continue;
  await producer.send({ topic, acks: -1, messages });
  messages = [];
}
if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
await producer.disconnect();
