import { memo, memoNumber } from "../lib/memo.ts";
import type { FieldValue, LogRecord, Origin, Precision } from "../model.ts";
import { escapeKey, escapeMeasurement, quote } from "./influx-escape.ts";
import { createSeries, fieldOf } from "./influx-series.ts";

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

/** Nanoseconds in one unit of a precision. */
const UNIT: Readonly<Record<Precision, number>> = { s: 1_000_000_000, ms: 1_000_000, us: 1_000, ns: 1 };
const RANK: Readonly<Record<Precision, number>> = { s: 0, ms: 1, us: 2, ns: 3 };

/**
 * Makes line protocol out of records: one line a record, joined by newlines; those without any field give
 * none. Format: InfluxDB line protocol reference, v1.8 and v2.
 *
 * Times are always nanoseconds: the record's own time cut to its precision, plus an offset below that
 * precision worked out from where the record lies (see `within`). Lines of the same second and tags are
 * different points, and a replay makes the same points again.
 */
export function createLineFormatter(mapping: Mapping): (records: readonly LogRecord[]) => string {
  const tags = Object.entries(mapping.tags).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  const seriesOf = createSeries(`\n${escapeMeasurement(mapping.measurement)}`, tags);
  const fields = Object.entries(mapping.fields).map(([name, { from, type }]) => {
    const key = `${escapeKey(name)}=`;
    return { from, first: createField(` ${key}`, type), next: createField(`,${key}`, type) };
  });
  const unparsedHead = `\n${escapeMeasurement(`${mapping.measurement}_unparsed`)},source=`;
  const otherwiseHead =
    mapping.otherwise === undefined ? undefined : `\n${escapeMeasurement(mapping.otherwise)}`;
  const tagValue = memo(escapeKey);
  const time = timestamps(mapping.precision);

  return (records) => {
    let lines = "";
    for (const record of records) {
      if (record.error !== undefined) {
        if (!mapping.unparsed) continue;
        const { origin, raw, error } = record;
        lines += `${unparsedHead}${tagValue(origin.source)} raw=${quote(raw)},error=${quote(error)}${time(record)}`;
        continue;
      }
      let point = "";
      for (const { from, first, next } of fields) {
        const value = fieldOf(record, from);
        if (value === undefined || value === null) continue;
        point += point === "" ? first(value) : next(value);
      }
      if (point !== "") lines += seriesOf(record) + point + time(record);
      else if (otherwiseHead !== undefined) lines += otherwiseHead + generic(record, tagValue) + time(record);
    }
    return lines.slice(1);
  };
}

/** One field with the separator and the key before it; empty where the value is none of the type. */
function createField(head: string, type: FieldType): (value: FieldValue) => string {
  const text = (value: FieldValue): string => {
    const written = fieldText(value, type);
    return written === "" ? "" : head + written;
  };
  // Making a decimal of a float costs more than looking it up; an integer is cheaper made.
  const number = memoNumber(text);
  return type === "float" || type === "auto"
    ? (value) => (typeof value === "number" ? number(value) : text(value))
    : text;
}

/** Any record: source and level as tags, numbers and truth values as they are, and the message. */
function generic({ origin, level, fields, message }: LogRecord, tagValue: (value: string) => string): string {
  let text = level === undefined ? "" : `,level=${level}`;
  text += `,source=${tagValue(origin.source)} message=${quote(message)}`;
  for (const name in fields) {
    const value = fields[name];
    if (name === "message" || name === "" || (typeof value !== "number" && typeof value !== "boolean"))
      continue;
    const written = fieldText(value, "auto");
    if (written !== "") text += `,${escapeKey(name)}=${written}`;
  }
  return text;
}

/**
 * Where a record lies, as a number below `unit`: the byte offset, shifted by the generation's hash so that
 * files that start in the same second do not meet. Two lines of one file meet only if they are `unit` bytes
 * apart and of the same instant; a hash of each line would meet far sooner (birthday paradox).
 */
export function within({ origin, offset }: Pick<LogRecord, "origin" | "offset">, unit: number): number {
  return below(shiftOf(origin) + offset, unit);
}

function shiftOf(origin: Origin): number {
  return Number.parseInt(origin.key.slice(0, 8), 16);
}

/** `value` modulo `unit`, for whole numbers of any size that numbers hold; faster than `%` on them. */
function below(value: number, unit: number): number {
  return value - Math.floor(value / unit) * unit;
}

/** A space and nanoseconds since the epoch as decimal text. */
function timestamps(precision: Precision): (record: LogRecord) => string {
  let lastMs = Number.NaN;
  let lastText = "";
  let lastOrigin: Origin | undefined;
  let shift = 0;
  return (record) => {
    const { origin, offset, time, nanos } = record;
    if (origin !== lastOrigin) {
      lastOrigin = origin;
      shift = shiftOf(origin);
    }
    const coarse = RANK[record.precision] < RANK[precision] ? record.precision : precision;
    // Numbers hold 2^53 only, so whole milliseconds and the nanoseconds within them are put side by side.
    let ms = time;
    let rest = 0;
    if (coarse === "s") {
      const place = below(shift + offset, UNIT.s);
      const whole = Math.floor(place / 1_000_000);
      ms = time - below(time, 1000) + whole;
      rest = place - whole * 1_000_000;
    } else if (coarse === "ms") rest = below(shift + offset, UNIT.ms);
    else if (coarse === "us") rest = nanos - (nanos % 1000) + below(shift + offset, UNIT.us);
    else rest = nanos;
    if (ms <= 0) return ` ${BigInt(ms) * 1_000_000n + BigInt(rest)}`;
    if (ms !== lastMs) {
      lastMs = ms;
      lastText = ` ${ms}`;
    }
    return lastText + (rest >= 100_000 ? rest : String(rest).padStart(6, "0"));
  };
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
