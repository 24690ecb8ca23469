import type { FieldValue, LogRecord } from "../model.ts";
import { escapeKey } from "./influx-escape.ts";

/** Numbers below this are tags often enough (statuses) to keep their text ready. */
const SMALL = 1000;

/**
 * What a point begins with, of a record: `head`, then the tags that the record has a value for.
 * @param tags names with the fields they are taken from; in the order of names, as InfluxDB likes them best
 */
export function createSeries(
  head: string,
  tags: readonly (readonly [name: string, from: string])[],
): (record: LogRecord) => string {
  const writers = tags.map(([name, from]) => ({ from, write: createTag(name) }));
  return (record) => {
    let text = head;
    for (const { from, write } of writers) text += write(fieldOf(record, from));
    return text;
  };
}

/**
 * One tag with the comma before it; empty where there is no value. Remembers the last value alone: to find a
 * text among many costs more than to look through it for what must be escaped.
 */
function createTag(name: string): (value: FieldValue | undefined) => string {
  const head = `,${escapeKey(name)}=`;
  const numbers = Array.from({ length: SMALL }, (_, number) => head + number);
  let last: FieldValue | undefined;
  let lastText = "";
  return (value) => {
    if (value === last) return lastText;
    if (typeof value === "number") return numbers[value] ?? head + value;
    lastText = value === undefined || value === null || value === "" ? "" : head + escapeKey(textOf(value));
    last = value;
    return lastText;
  };
}

function textOf(value: FieldValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** A record's property by name: its fields first, then what every record has. */
export function fieldOf(record: LogRecord, name: string): FieldValue | undefined {
  const value = record.fields[name];
  if (value !== undefined) return value;
  switch (name) {
    case "source":
      return record.origin.source;
    case "file":
      return record.origin.file;
    case "level":
      return record.level;
    case "message":
      return record.message;
    case "raw":
      return record.raw;
    default:
      return undefined;
  }
}
