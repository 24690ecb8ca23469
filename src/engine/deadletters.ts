import { appendFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { isoTime } from "../lib/time.ts";
import { type LogRecord, recordId } from "../model.ts";

/** A record as files and dead letters hold it: what a sink needs to send it again, and what people read. */
export function plainRecord(record: LogRecord): Record<string, unknown> {
  const { origin, offset, time, nanos, level, message, fields, raw, error } = record;
  return {
    id: recordId(record),
    time: isoTime(time, nanos),
    source: origin.source,
    file: origin.file,
    offset,
    level,
    message,
    fields,
    raw,
    error,
  };
}

/** Appends what a sink refused for good, a JSON object a line with the reason, to the sink's file. */
export async function bury(
  dataDir: string,
  sink: string,
  records: readonly LogRecord[],
  reason: string,
): Promise<void> {
  const file = join(dataDir, "dead", `${sink}.ndjson`);
  await mkdir(dirname(file), { recursive: true });
  const at = new Date().toISOString();
  const lines = records.map(
    (record) => `${JSON.stringify({ at, sink, reason, record: plainRecord(record) })}\n`,
  );
  await appendFile(file, lines.join(""));
}
