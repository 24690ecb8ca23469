import { memo } from "../lib/memo.ts";
import type { FieldValue, LogRecord, Precision } from "../model.ts";

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
    const text = (value: FieldValue): string => {
      const written = fieldText(value, type);
      return written === "" ? "" : prefix + written;
    };
    // Making a decimal of a float costs more than looking it up; an integer is cheaper made.
    return { from, text: type === "float" || type === "auto" ? memo(text) : text };
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
        lines += `${unparsedHead}${tagValue(origin.source)} raw=${quote(raw)},error=${quote(error)} ${time(record)}`;
        continue;
      }
      let point = "";
      for (const { from, text } of fields) {
        const value = valueOf(record, from);
        if (value === undefined || value === null) continue;
        const written = text(value);
        if (written !== "") point += point === "" ? written : `,${written}`;
      }
      if (point !== "") lines += `${seriesOf(record)}${point} ${time(record)}`;
      else if (otherwiseHead !== undefined)
        lines += `${otherwiseHead}${generic(record, tagValue)} ${time(record)}`;
    }
    return lines.slice(1);
  };
}

interface SeriesNode {
  readonly next: Map<FieldValue | undefined, SeriesNode>;
  text: string | undefined;
}

/** Measurement and tags with the space that ends them, found by the tag values one after the other. */
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
      const value = valueOf(record, from);
      if (value === undefined || value === null || value === "") continue;
      text += `,${escapeKey(name)}=${escapeKey(typeof value === "object" ? JSON.stringify(value) : String(value))}`;
    }
    return `${text} `;
  };

  return (record) => {
    let node = root;
    for (const from of sources) {
      const value = valueOf(record, from);
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
function valueOf(record: LogRecord, name: string): FieldValue | undefined {
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
export function within(record: LogRecord, unit: number): number {
  return (Number.parseInt(record.origin.key.slice(0, 8), 16) + record.offset) % unit;
}

/** Nanoseconds since the epoch as decimal text. */
function timestamps(precision: Precision): (record: LogRecord) => string {
  let lastMs = -1;
  let lastText = "";
  return (record) => {
    const coarse = RANK[record.precision] < RANK[precision] ? record.precision : precision;
    const unit = UNIT[coarse];
    // Numbers hold 2^53 only, so whole milliseconds and the nanoseconds within them are put side by side.
    const ms = coarse === "s" ? record.time - (((record.time % 1000) + 1000) % 1000) : record.time;
    const nanos =
      coarse === "s" || coarse === "ms"
        ? 0
        : coarse === "us"
          ? record.nanos - (record.nanos % 1000)
          : record.nanos;
    const below = nanos + (unit === 1 ? 0 : within(record, unit));
    const carried = ms + Math.floor(below / 1_000_000);
    if (carried !== lastMs) {
      lastMs = carried;
      lastText = String(carried);
    }
    const rest = below % 1_000_000;
    if (carried <= 0) return String(BigInt(carried) * 1_000_000n + BigInt(rest));
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
