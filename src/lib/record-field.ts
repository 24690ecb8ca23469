import type { FieldValue, LogRecord } from "../model.ts";

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
