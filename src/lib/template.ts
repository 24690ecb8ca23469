import { type FieldValue, type LogRecord, recordId } from "../model.ts";
import { valueAt } from "./field-path.ts";
import { topicOf } from "./messages.ts";
import { isoTime } from "./time.ts";

/** What stands in a template: text, or what a record gives. */
type Part = string | ((record: LogRecord) => string);

const VARIABLE = /\$\{([^}]*)\}/g;
/** What each name means that is no field of the record; times in UTC. */
const OWN: Readonly<Record<string, (record: LogRecord) => string>> = {
  source: ({ origin }) => origin.source,
  topic: ({ origin }) => topicOf(origin.file) ?? origin.source,
  level: ({ level }) => level ?? "",
  date: ({ time }) => new Date(time).toISOString().slice(0, 10).replaceAll("-", "."),
  month: ({ time }) => new Date(time).toISOString().slice(0, 7).replaceAll("-", "."),
  year: ({ time }) => new Date(time).toISOString().slice(0, 4),
};

/** What every record has; a field of the same name goes before it. */
const BENEATH: Readonly<Record<string, (record: LogRecord) => FieldValue | undefined>> = {
  message: ({ message }) => message,
  raw: ({ raw }) => raw,
  file: ({ origin }) => origin.file,
  offset: ({ offset }) => offset,
  time: ({ time, nanos }) => isoTime(time, nanos),
  id: recordId,
  error: ({ error }) => error,
};

/** A text such as `logs-${source}-${date}`, filled in for each record. */
export interface Template {
  fill(record: LogRecord): string;
  /** Names in it that are fields of a record, not our own. */
  readonly fields: readonly string[];
}

/**
 * `${source}`, `${topic}` (of Kafka; else the source), `${level}`, `${date}` (2026.03.04), `${month}`, `${year}`, or a
 * field's name, dots leading into objects;
 * where the record has no such field also message, raw, file, offset, time, id and error.
 */
export function createTemplate(text: string): Template {
  const parts: Part[] = [];
  const fields: string[] = [];
  let from = 0;
  for (const match of text.matchAll(VARIABLE)) {
    const [whole, name = ""] = match;
    if (match.index > from) parts.push(text.slice(from, match.index));
    from = match.index + whole.length;
    const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
    if (own) parts.push(own);
    else {
      fields.push(name);
      parts.push((record) => textOf(standsFor(record, name)));
    }
  }
  if (from < text.length) parts.push(text.slice(from));
  return {
    fields,
    fill: (record) => parts.map((part) => (typeof part === "string" ? part : part(record))).join(""),
  };
}

/** What a name stands for in a template, as it is in the record; undefined where the record has nothing for it. */
export function standsFor(record: LogRecord, name: string): FieldValue | undefined {
  const own = Object.hasOwn(OWN, name) ? OWN[name] : undefined;
  if (own) return own(record);
  const field = valueAt(record.fields, name);
  if (field !== undefined) return field;
  return Object.hasOwn(BENEATH, name) ? BENEATH[name]?.(record) : undefined;
}

function textOf(value: FieldValue | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
