// The bare loop beside rows (g): lines of a file to a topic, by kafkajs alone, in messages like the product's: with
// the headers by which a consumer tells records apart, and as JSON with the fields of an expression.
//   node reference-produce.ts FILE BROKER TOPIC raw|json
import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { Kafka, logLevel, Partitioners } from "kafkajs";

/** Messages of a request, and about how many bytes they hold: brokers take 1 MiB by default. */
const BATCH = 4_000;
const BATCH_BYTES = 900_000;
/** What lengths, names of headers and times cost. */
const MESSAGE_BYTES = 128;
const LINE =
  /^(?<addr>[\d.]+)\s+(?<upstream>[^ []+)\s+(?<user>[^ []+)\s+\[(?<local>[^\]]+)\]\s+(?<scheme>[a-z]+)\s+"(?<request>[^"]+)"\s+(?<status>\d{3})\s+(?<bytes>\d+)\s+"(?<referer>[^"]+)"\s+"(?<agent>.*?)"\s+"(?<gzip>[\d.-]+)"\s+(?<upstreamTime>[\d.-]+)\s+(?<requestTime>[\d.-]+)/;

const [file = "", broker = "", topic = "", value = ""] = process.argv.slice(2);
const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING });
const producer = client.producer({
  idempotent: true,
  maxInFlightRequests: 1,
  createPartitioner: Partitioners.DefaultPartitioner,
});
await producer.connect();
let messages: { key: string; value: string; headers: Record<string, string> }[] = [];
let offset = 0;
let bytes = 0;
for await (const line of createInterface({ input: createReadStream(file) })) {
  const headers = {
    id: `${file}:${offset}`,
    source: "access",
    file,
    offset: String(offset),
    time: new Date().toISOString(),
  };
  const fields = value === "json" && LINE.exec(line)?.groups;
  const text = fields ? JSON.stringify({ ...headers, message: fields.request, fields, raw: line }) : line;
  offset += line.length + 1;
  bytes += text.length + 3 * file.length + MESSAGE_BYTES;
  if (messages.push({ key: file, value: text, headers }) < BATCH && bytes < BATCH_BYTES) continue;
  await producer.send({ topic, acks: -1, messages });
  messages = [];
  bytes = 0;
}
if (messages.length > 0) await producer.send({ topic, acks: -1, messages });
await producer.disconnect();
