import { ByteWriter, pieceOf } from "../lib/byte-writer.ts";
import { fieldOf } from "../lib/record-field.ts";
import type { FieldValue, LogRecord, Precision } from "../model.ts";
import { escapeKey, escapeMeasurement, quote } from "./influx-escape.ts";
import { createSeries } from "./influx-series.ts";
import { createTime } from "./placed-time.ts";

export type FieldType = "integer" | "float" | "string" | "boolean" | "auto";

/** How records become points. Names on the left are InfluxDB's, on the right the record's. */
export interface Mapping {
  readonly measurement: string;
  /** Records without any mapped field go to this measurement, with all their numbers and the message. */
  readonly otherwise: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, { readonly from: string; readonly type: FieldType }>>;
  /** The precision of times: what lies below tells points of equal time and tags apart. */
  readonly precision: Precision;
  /** Points for lines that did not parse: measurement `<measurement>_unparsed` with the line as a field. */
  readonly unparsed: boolean;
}

/** log_process's layout for access logs. */
export const ACCESS_TAGS = { Path: "path", Method: "method", Scheme: "scheme", Status: "status" };
export const ACCESS_FIELDS = {
  UpstreamTime: { from: "upstream_time", type: "float" },
  RequestTime: { from: "request_time", type: "float" },
  BytesSent: { from: "bytes_sent", type: "integer" },
} as const;

const SPACE = 32;
const COMMA = 44;
/** `i` after a number makes an integer of it. */
const INTEGER = 105;

/**
 * Makes line protocol out of records: one line a record, joined by newlines; those without any field give
 * none. Format: InfluxDB line protocol reference, v1.8 and v2.
 *
 * Times are always nanoseconds: the record's own time cut to its precision, plus an offset below that
 * precision worked out from where the record lies (placed-time.ts). Lines of the same second and tags are
 * different points, and a replay makes the same points again.
 *
 * What it returns is good until the next call: all are written into the same memory.
 * @param admits for a tag, whether a value may stand (value-guard.ts)
 * @param omits called for each record that gives no line
 */
export function createLineFormatter(
  mapping: Mapping,
  admits?: (tag: string) => (value: string) => boolean,
  omits: () => void = () => {},
): (records: readonly LogRecord[]) => Buffer {
  const tags = Object.entries(mapping.tags).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const series = createSeries(`\n${escapeMeasurement(mapping.measurement)}`, tags, admits);
  const fields = Object.entries(mapping.fields).map(([name, { from, type }]) => ({
    from,
    write: createField(name, type),
  }));
  const unparsedHead = `\n${escapeMeasurement(`${mapping.measurement}_unparsed`)},source=`;
  const otherwiseHead =
    mapping.otherwise === undefined ? undefined : `\n${escapeMeasurement(mapping.otherwise)}`;
  const writeTime = createTime(mapping.precision);
  const out = new ByteWriter();

  const writeOther = (record: LogRecord): void => {
    const { origin, raw, error } = record;
    if (error !== undefined) {
      if (!mapping.unparsed) {
        omits();
        return;
      }
      out.text(`${unparsedHead}${escapeKey(origin.source)} raw=${quote(raw)},error=${quote(error)}`);
    } else if (otherwiseHead === undefined) {
      omits();
      return;
    } else out.text(otherwiseHead + generic(record));
    writeTime(record, out);
  };

  return (records) => {
    out.at = 0;
    for (const record of records) {
      if (record.error !== undefined) {
        writeOther(record);
        continue;
      }
      const begin = out.at;
      series(record, out);
      let separator = SPACE;
      for (const { from, write } of fields) {
        const value = fieldOf(record, from);
        if (value !== undefined && value !== null && write(value, separator, out)) separator = COMMA;
      }
      if (separator === COMMA) writeTime(record, out);
      else {
        out.at = begin;
        writeOther(record);
      }
    }
    return out.bytes.subarray(Math.min(1, out.at), out.at);
  };
}

/** Writes one field with a separator before it; false, and nothing, where the value is none of the type. */
function createField(
  name: string,
  type: FieldType,
): (value: FieldValue, separator: number, to: ByteWriter) => boolean {
  const key = `${escapeKey(name)}=`;
  const keyPiece = pieceOf(key);
  const decimals = type === "float" || type === "auto";
  return (value, separator, to) => {
    if (typeof value === "number") {
      if (decimals && Number.isFinite(value)) {
        to.byte(separator);
        to.piece(keyPiece);
        to.number(value);
        return true;
      }
      if (type === "integer" && Number.isSafeInteger(value) && value >= 0) {
        to.byte(separator);
        to.piece(keyPiece);
        to.whole(value);
        to.byte(INTEGER);
        return true;
      }
    }
    const written = fieldText(value, type);
    if (written === "") return false;
    to.byte(separator);
    to.piece(keyPiece);
    to.text(written);
    return true;
  };
}

/** Any record: source and level as tags, numbers and truth values as they are, and the message. */
function generic({ origin, level, fields, message }: LogRecord): string {
  let text = level === undefined ? "" : `,level=${level}`;
  text += `,source=${escapeKey(origin.source)} message=${quote(message)}`;
  for (const name in fields) {
    const value = fields[name];
    if (name === "message" || name === "" || (typeof value !== "number" && typeof value !== "boolean"))
      continue;
    const written = fieldText(value, "auto");
    if (written !== "") text += `,${escapeKey(name)}=${written}`;
  }
  return text;
}

function fieldText(value: FieldValue | undefined, type: FieldType): string {
  if (value === undefined || value === null || value === "") return "";
  if (type === "float") {
    const number = typeof value === "number" ? value : Number(value);
    return Number.isFinite(number) ? String(number) : "";
  }
  if (type === "integer") {
    const number = typeof value === "number" ? value : Number(value);
    return Number.isFinite(number) ? `${Math.trunc(number)}i` : "";
  }
  if (type === "boolean") return value === true || value === "true" ? "true" : "false";
  if (type === "auto") {
    if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
    if (typeof value === "boolean") return String(value);
  }
  return quote(typeof value === "string" ? value : JSON.stringify(value));
}
