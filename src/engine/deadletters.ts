import { appendFile, mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Log } from "../lib/log.ts";
import { createThrottle } from "../lib/throttle.ts";
import { isoTime } from "../lib/time.ts";
import { type LogRecord, recordId } from "../model.ts";
import type { Refusal } from "./sift.ts";

/** Refusals are told at once, then so often (ms), summed up: a destination may refuse every record. */
const TELL_EVERY = 10_000;

/** A record as files and dead letters hold it: what a sink needs to send it again, and what people read. */
function plainRecord(record: LogRecord): Record<string, unknown> {
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

/** What a sink refused for good: a JSON object a line with the reason, in the sink's file. */
export interface DeadLetters {
  /** Resolves when they are in the file; it is told in the log, summed up. @throws what the file system throws */
  bury(refusals: readonly Refusal[]): Promise<void>;
  close(): void;
}

export function createDeadLetters(dataDir: string, sink: string, log: Log): DeadLetters {
  const file = join(dataDir, "dead", `${sink}.ndjson`);
  let untold = 0;
  let example = "";
  const tell = (): void => {
    if (untold === 0) return;
    const told = untold === 1 ? "1 record was" : `${untold} records were`;
    log.error(`sink ${sink}: ${told} refused for good and kept in dead/${sink}.ndjson, first ${example}`);
    untold = 0;
  };
  const telling = createThrottle(tell, TELL_EVERY);
  return {
    async bury(refusals) {
      const [first] = refusals;
      if (!first) return;
      await mkdir(dirname(file), { recursive: true });
      const at = new Date().toISOString();
      const lines = refusals.map(
        ({ record, reason }) => `${JSON.stringify({ at, sink, reason, record: plainRecord(record) })}\n`,
      );
      await appendFile(file, lines.join(""));
      const { origin, offset } = first.record;
      if (untold === 0) example = `that of ${origin.file} at byte ${offset}: ${first.reason}`;
      untold += refusals.length;
      telling.request();
    },
    close() {
      telling.dispose();
      tell();
    },
  };
}
