import { memo, memoNumber } from "../lib/memo.ts";
import type { FieldValue, LogRecord, Origin, Precision } from "../model.ts";

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

/** Tag sets kept ready, by their values: access logs repeat few of them. */
const SERIES_LIMIT = 20_000;

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
    const prefix = `${escapeKey(name)}=`;
    /** With the separator before it, for a point's first field and for all others. */
    const text = (value: FieldValue): FieldText => {
      const written = fieldText(value, type);
      return written === "" ? NO_FIELD : { first: ` ${prefix}${written}`, next: `,${prefix}${written}` };
    };
    // Making a decimal of a float costs more than looking it up; an integer is cheaper made.
    const number = memoNumber(text);
    const quick = (value: FieldValue): FieldText => (typeof value === "number" ? number(value) : text(value));
    return { from, text: type === "float" || type === "auto" ? quick : text };
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
      for (const { from, text } of fields) {
        const value = fieldOf(record, from);
        if (value === undefined || value === null) continue;
        const { first, next } = text(value);
        point = point === "" ? first : point + next;
      }
      if (point !== "") lines += seriesOf(record) + point + time(record);
      else if (otherwiseHead !== undefined) lines += otherwiseHead + generic(record, tagValue) + time(record);
    }
    return lines.slice(1);
  };
}

interface FieldText {
  readonly first: string;
  readonly next: string;
}
const NO_FIELD: FieldText = { first: "", next: "" };

interface SeriesNode {
  readonly next: Map<FieldValue | undefined, SeriesNode>;
  text: string | undefined;
}

/** Measurement and tags, found by the tag values one after the other. */
function createSeries(
  head: string,
  tags: readonly (readonly [name: string, from: string])[],
): (record: LogRecord) => string {
  const sources = tags.map(([, from]) => from);
  let root: SeriesNode = { next: new Map(), text: undefined };
  let known = 0;

  const make = (record: LogRecord): string => {
    let text = head;
    for (const [name, from] of tags) {
      const value = fieldOf(record, from);
      if (value === undefined || value === null || value === "") continue;
      text += `,${escapeKey(name)}=${escapeKey(typeof value === "object" ? JSON.stringify(value) : String(value))}`;
    }
    return text;
  };

  return (record) => {
    let node = root;
    for (const from of sources) {
      const value = fieldOf(record, from);
      let next = node.next.get(value);
      if (!next) {
        if (++known > SERIES_LIMIT) {
          root = { next: new Map(), text: undefined };
          known = 0;
          return make(record);
        }
        next = { next: new Map(), text: undefined };
        node.next.set(value, next);
      }
      node = next;
    }
    node.text ??= make(record);
    return node.text;
  };
}

/** Any record: source and level as tags, numbers and truth values as they are, and the message. */
function generic({ origin, level, fields, message }: LogRecord, tagValue: (value: string) => string): string {
  let text = level === undefined ? "" : `,level=${level}`;
  text += `,source=${tagValue(origin.source)} message=${quote(message)}`;
  for (const name in fields) {
    const value = fields[name];
    if (name === "message" || (typeof value !== "number" && typeof value !== "boolean")) continue;
    const written = fieldText(value, "auto");
    if (written !== "") text += `,${escapeKey(name)}=${written}`;
  }
  return text;
}

/** A record's property by name: its fields first, then what every record has. */
function fieldOf(record: LogRecord, name: string): FieldValue | undefined {
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

const SPECIAL_KEY = /[,= \\\n\r\t]/;
const SPECIAL_TEXT = /["\\]/;

/** Tag keys, tag values and field keys: comma, equals sign and space escaped; line ends can't be written. */
export function escapeKey(text: string): string {
  if (!SPECIAL_KEY.test(text)) return text;
  // A backslash at the end would escape the separator that follows.
  const written = text.replace(/[\n\r\t]/g, " ").replace(/[,= ]/g, "\\$&");
  return written.endsWith("\\") ? `${written} ` : written;
}

function escapeMeasurement(text: string): string {
  return text.replace(/[\n\r\t]/g, " ").replace(/[, ]/g, "\\$&");
}

function quote(text: string): string {
  return SPECIAL_TEXT.test(text) ? `"${text.replace(/["\\]/g, "\\$&")}"` : `"${text}"`;
}
