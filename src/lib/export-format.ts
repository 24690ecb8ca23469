import { csvLine } from "./csv.ts";
import { isoTime } from "./time.ts";

export const EXPORT_FORMATS = ["ndjson", "csv", "text"] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

/** What of a record is written. */
export interface Exported {
  readonly id: string;
  /** Undefined: nobody tells it. */
  readonly time: number | undefined;
  readonly nanos: number;
  readonly source: string;
  readonly file: string;
  readonly offset: number;
  readonly level: string | undefined;
  readonly message: string;
  readonly raw: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly error: string | undefined;
}

/** Turns records into the lines of a file. */
export interface Formatter {
  /** What stands before the first record. */
  readonly head: string;
  line(record: Exported): string;
}

const COMMON = ["time", "level", "source", "message", "id", "file", "offset", "error", "raw"] as const;

/**
 * NDJSON: what the file sink writes. Text: the lines as they were read. CSV: one column a field.
 * @param names fields that get a column of their own in CSV; others are in the last one, as JSON
 */
export function formatterOf(format: ExportFormat, names: readonly string[]): Formatter {
  if (format === "ndjson") return { head: "", line: (record) => `${JSON.stringify(plain(record))}\n` };
  if (format === "text") return { head: "", line: ({ raw }) => `${raw}\n` };
  // A field may be called as what every record has.
  const titles = names.map((name) => ([...COMMON, "fields"].includes(name) ? `fields.${name}` : name));
  const own = new Set(names);
  return {
    head: csvLine([...COMMON, ...titles, "fields"]),
    line(record) {
      const { time, nanos, fields } = record;
      const rest = Object.entries(fields).filter(([name]) => !own.has(name));
      return csvLine([
        ...COMMON.map((name) => (name === "time" ? timeOf({ time, nanos }) : record[name])),
        ...names.map((name) => (Object.hasOwn(fields, name) ? fields[name] : undefined)),
        rest.length > 0 ? Object.fromEntries(rest) : undefined,
      ]);
    },
  };
}

/** As the file sink writes it. */
export function plain(record: Exported): Record<string, unknown> {
  const { id, time, nanos, source, file, offset, level, message, fields, raw, error } = record;
  return { id, time: timeOf({ time, nanos }), source, file, offset, level, message, fields, raw, error };
}

const timeOf = ({ time, nanos }: Pick<Exported, "time" | "nanos">): string | undefined =>
  time === undefined ? undefined : isoTime(time, nanos);
