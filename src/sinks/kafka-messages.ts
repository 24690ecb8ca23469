import type { Message } from "kafkajs";
import { createTemplate } from "../lib/template.ts";
import { isoTime } from "../lib/time.ts";
import { type LogRecord, recordId } from "../model.ts";
import type { KafkaOptions } from "./kafka-options.ts";
import { createRecordFormatter } from "./record-json.ts";

/** A topic's name has at most so many characters, of these (Kafka's own rule). */
const LONGEST_TOPIC = 249;
const NOT_IN_TOPIC = /[^a-zA-Z0-9._-]/g;
/** About what a message costs beside what it holds (bytes): names of headers, lengths, its time. */
const MESSAGE_BYTES = 64;

/** A record as a message, with the topic that it goes to. */
export interface Outgoing {
  readonly record: LogRecord;
  readonly topic: string;
  readonly message: Message;
  /** About what it takes of a request, in bytes. */
  readonly size: number;
}

/** Makes messages of records. */
export function createMessages({
  topic,
  key,
  value,
  timestamp,
}: KafkaOptions): (record: LogRecord) => Outgoing {
  const topics = createTemplate(topic);
  const keys = createTemplate(key);
  const formatJson = createRecordFormatter();
  const keyOf = (record: LogRecord): string | null => {
    if (key === "file") return record.origin.key;
    if (key === "none") return null;
    return key === "record" ? recordId(record) : keys.fill(record);
  };
  return (record) => {
    const content =
      value === "raw" ? Buffer.from(record.raw) : Buffer.from(formatJson([record]).subarray(0, -1));
    const headers = headersOf(record);
    let size = content.length + MESSAGE_BYTES;
    for (const text of Object.values(headers)) size += text.length;
    // The client gives those without a time the one at which they are sent.
    const own = timestamp === "record" && { timestamp: String(Math.max(0, record.time)) };
    return {
      record,
      topic: topicName(topics.fill(record)),
      message: { key: keyOf(record), value: content, headers, ...own },
      size,
    };
  };
}

/** What a consumer needs to know a record again: its id makes a message that was sent twice one record. */
function headersOf(record: LogRecord): Record<string, string> {
  const { origin, offset, time, nanos } = record;
  return {
    id: recordId(record),
    source: origin.source,
    file: origin.file,
    offset: String(offset),
    time: isoTime(time, nanos),
  };
}

/** A message as people read it: a paragraph. */
export function previewOf({ topic, message: { key, value, headers, timestamp } }: Outgoing): string {
  const lines = [
    `topic: ${topic}`,
    `key: ${key ?? "none"}`,
    `time: ${timestamp === undefined ? "when it is sent" : isoTime(Number(timestamp), 0)}`,
    ...Object.entries(headers ?? {}).map(([name, text]) => `header ${name}: ${text}`),
    `value: ${value}`,
  ];
  return `${lines.join("\n")}\n`;
}

/** What a topic is called that a text names: what a name can't hold becomes -. */
export function topicName(text: string): string {
  const name = text.replace(NOT_IN_TOPIC, "-").slice(0, LONGEST_TOPIC);
  return name === "" || name === "." || name === ".." ? "none" : name;
}
