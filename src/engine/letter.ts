import { z } from "zod";
import { isoTime } from "../lib/time.ts";
import { LEVELS, type LogRecord, type Precision, recordId } from "../model.ts";
import type { Refusal } from "./sift.ts";

/**
 * A dead letter: one JSON object a line, `{ at, sink, reason, record }`. The record is what a replay sends, as it
 * stands there then: whoever edits it sends what he wrote. Its `id` says which record it is, so that a replay
 * takes the place of what was sent before; `raw` is not parsed again.
 */
export function letterLine({ record, reason }: Refusal, sink: string, at: string): string {
  return `${JSON.stringify({ at, sink, reason, record: plainRecord(record) })}\n`;
}

/** A record as letters hold it: what a sink needs to send it again, and what people read. */
function plainRecord(record: LogRecord): Record<string, unknown> {
  const { origin, offset, time, nanos, precision, level, message, fields, raw, error } = record;
  return {
    id: recordId(record),
    // An id of its own does not tell its place.
    ...(record.id !== undefined && { key: origin.key }),
    time: isoTime(time, nanos),
    precision,
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

const text = (what: string) => z.string(`must be a text: ${what}`);
const letterSchema = z.strictObject({
  at: z.string().optional(),
  sink: z.string().optional(),
  reason: z.string().optional(),
  record: z.strictObject(
    {
      id: z.string().regex(/^.+-[0-9a-z]+$/, "is no id of a record: leave it as it was"),
      key: z.string().optional(),
      time: z.iso.datetime("is no time like 2026-03-04T13:49:52.123Z"),
      precision: z.enum(["s", "ms", "us", "ns"]).optional(),
      source: text("the source's id"),
      file: text("the file's path"),
      offset: z.int().min(0),
      level: z.enum(LEVELS).optional(),
      message: text("what the record says"),
      fields: z.record(z.string(), z.json()),
      raw: text("the line"),
      error: z.string().optional(),
    },
    { error: ({ input }) => (input === undefined ? "is missing" : undefined) },
  ),
});

/** The record of a letter. @throws Error in words for whoever edited it */
export function readLetter(line: string): LogRecord {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    throw new Error("is no JSON object");
  }
  const parsed = letterSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const path = issue?.path.join(".") ?? "";
    throw new Error(path === "" ? String(issue?.message) : `${path}: ${issue?.message}`);
  }
  const { id, key, time, precision, source, file, offset, level, message, fields, raw, error } =
    parsed.data.record;
  const cut = id.lastIndexOf("-");
  if (key === undefined && Number.parseInt(id.slice(cut + 1), 36) !== offset)
    throw new Error("record.offset is not the one of record.id");
  const fraction = /\.(\d+)Z$/.exec(time)?.[1] ?? "";
  const ms = Date.parse(`${time.slice(0, 19)}Z`) + Number(fraction.slice(0, 3).padEnd(3, "0"));
  const nanos = Number(fraction.slice(3, 9).padEnd(6, "0"));
  return {
    origin: { source, file, key: key ?? id.slice(0, cut) },
    offset,
    time: ms,
    nanos,
    precision: precision ?? precisionOf(ms, nanos),
    level,
    message,
    fields: fields as LogRecord["fields"],
    raw,
    error,
    ...(key !== undefined && { id }),
  };
}

/** What is known of a letter that is only counted: its id and reason; undefined for what is no letter. */
export function glance(
  line: string,
): { readonly id: string; readonly reason: string; readonly at: string } | undefined {
  try {
    const { at, reason, record } = JSON.parse(line) as {
      at?: unknown;
      reason?: unknown;
      record?: { id?: unknown };
    };
    if (typeof record?.id !== "string") return undefined;
    return { id: record.id, reason: String(reason ?? ""), at: String(at ?? "") };
  } catch {
    return undefined;
  }
}

/** What the digits of a time say of how finely it is known: what is all zeros says nothing. */
export function precisionOf(ms: number, nanos: number): Precision {
  if (nanos % 1000 > 0) return "ns";
  if (nanos > 0) return "us";
  return ms % 1000 === 0 ? "s" : "ms";
}
