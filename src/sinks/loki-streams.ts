import { ByteWriter } from "../lib/byte-writer.ts";
import { createTemplate } from "../lib/template.ts";
import type { LogRecord } from "../model.ts";
import { createTime } from "./placed-time.ts";
import { createRecordFormatter } from "./record-json.ts";
import { OTHER, type ValueGuard } from "./value-guard.ts";

/** Loki refuses longer values of labels (`max_label_value_length`, 2,048 bytes): so many characters are fewer. */
const LONGEST_VALUE = 600;

export interface StreamOptions {
  readonly labels: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  readonly line: "raw" | "message" | "json";
}

/**
 * Makes the body of a push: records in streams by their labels, in their order within each. A label without a value
 * is left out, as Loki has it; a stream must have one, and is named by its source where none has.
 *
 * Times are nanoseconds; below its precision a time tells where the record lies (placed-time.ts), because
 * Loki drops what equals a line in time, labels and text.
 */
export function createStreams(
  { labels, metadata, line }: StreamOptions,
  guard: ValueGuard,
): (records: readonly LogRecord[]) => string {
  const labelled = Object.entries(labels).map(([name, text]) => ({
    name,
    fill: createTemplate(text).fill,
    admits: text.includes("${") ? guard.admits(name) : undefined,
  }));
  const described = Object.entries(metadata).map(([name, text]) => ({
    name,
    fill: createTemplate(text).fill,
  }));
  const time = createTimeText();
  const text = createLineText(line);

  const streamOf = (record: LogRecord): string => {
    const stream: Record<string, string> = {};
    for (const { name, fill, admits } of labelled) {
      const value = fill(record).slice(0, LONGEST_VALUE);
      if (value !== "") stream[name] = admits === undefined || admits(value) ? value : OTHER;
    }
    if (Object.keys(stream).length === 0) stream.source = record.origin.source;
    return JSON.stringify(stream);
  };
  const metadataOf = (record: LogRecord): string => {
    const given = described.flatMap(({ name, fill }) => {
      const value = fill(record);
      return value === "" ? [] : [[name, value]];
    });
    return given.length === 0 ? "" : `,${JSON.stringify(Object.fromEntries(given))}`;
  };

  return (records) => {
    const streams = new Map<string, string[]>();
    for (const record of records) {
      const stream = streamOf(record);
      const value = `["${time(record)}",${JSON.stringify(text(record))}${metadataOf(record)}]`;
      const values = streams.get(stream);
      if (values) values.push(value);
      else streams.set(stream, [value]);
    }
    const bodies = [...streams].map(
      ([stream, values]) => `{"stream":${stream},"values":[${values.join(",")}]}`,
    );
    return `{"streams":[${bodies.join(",")}]}`;
  };
}

function createTimeText(): (record: LogRecord) => string {
  const write = createTime("ns");
  const out = new ByteWriter();
  return (record) => {
    out.at = 0;
    write(record, out);
    return out.bytes.toString("latin1", 1, out.at);
  };
}

function createLineText(line: StreamOptions["line"]): (record: LogRecord) => string {
  if (line === "raw") return ({ raw }) => raw;
  if (line === "message") return ({ message }) => message;
  const format = createRecordFormatter();
  return (record) => format([record]).toString("utf8").trimEnd();
}
