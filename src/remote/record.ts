import { createHash } from "node:crypto";
import { type Fields, type FieldValue, LEVELS, type Level } from "../model.ts";
import type { Key } from "../protocol/log-view.ts";
import type { Layout } from "../sinks/elastic-index.ts";
import { CUT } from "../store/own-id.ts";
import { LEVEL_NAMES } from "../store/query.ts";
import type { StoredRecord } from "../store/reader.ts";
import { statusOf } from "../store/status.ts";

/** A document as a search gives it. */
export interface Hit {
  readonly _index: string;
  readonly _id: string;
  readonly _source?: Readonly<Record<string, unknown>> | undefined;
  readonly sort?: readonly unknown[] | undefined;
}

/** Says nothing of a document but which version of ECS it goes by. */
const SILENT = ["ecs.version"];

/** A document as a record: what the layout names is where records have it, all else are fields. */
export function recordOf(hit: Hit, layout: Layout): StoredRecord {
  const source = hit._source ?? {};
  const { time, nanos } = timeOf(hit, layout);
  const text = (path: string | undefined): string | undefined => {
    const value = path === undefined ? undefined : valueAt(source, path);
    return value === undefined || value === null ? undefined : textOf(value);
  };
  const offset = layout.offset === undefined ? undefined : Number(valueAt(source, layout.offset));
  const fields = fieldsOf(source, layout);
  const raw = text(layout.raw) ?? text(layout.message) ?? JSON.stringify(source);
  return {
    id: hit._id,
    time,
    nanos,
    source: text(layout.source) ?? hit._index,
    file: text(layout.file) ?? "",
    offset: offset !== undefined && Number.isSafeInteger(offset) && offset >= 0 ? offset : 0,
    level: levelNamed(text(layout.level)),
    status: statusOf(fields),
    message: text(layout.message) ?? raw,
    raw,
    fields,
    error: text(layout.error),
  };
}

/** Whether it was cut when it was read, as who wrote it knows. */
export const isCut = ({ _source: source }: Hit, { cut }: Layout): boolean =>
  source !== undefined && cut !== undefined && valueAt(source, cut) === true;

/** Tells a document's place as a store's key tells a record's: by its time, and by a hash of what it is named. */
export function keyOf(hit: Hit, layout: Layout): Key {
  const { time, nanos } = timeOf(hit, layout);
  return [time, nanos, ...nameOf(hit)];
}

/** A hash of a document's name, as two numbers. */
export function nameOf({ _index, _id }: Hit): [number, number] {
  const hash = createHash("sha1").update(`${_index}\0${_id}`).digest();
  return [hash.readUInt32BE(0), hash.readUIntBE(4, 6)];
}

/** Whether a document is the one of a key, as far as its name tells. */
export function isOf(hit: Hit, key: Key): boolean {
  const [first, second] = nameOf(hit);
  return first === key[2] && second === key[3];
}

export function levelNamed(text: string | undefined): Level | undefined {
  const name = text?.toLowerCase() ?? "";
  const known = LEVEL_NAMES[name] ?? name;
  return LEVELS.find((level) => level === known);
}

/** The millisecond goes by what the index sorts by; what lies below it only the document tells. */
function timeOf({ _source: source, sort }: Hit, { time: path }: Layout): { time: number; nanos: number } {
  if (path === undefined) return { time: 0, nanos: 0 };
  const said = source && valueAt(source, path);
  const [first] = sort ?? [];
  const time = typeof first === "number" ? first : typeof said === "number" ? said : Date.parse(String(said));
  const [, below = ""] = /\.\d{3}(\d{1,6})/.exec(String(said)) ?? [];
  return { time: Number.isFinite(time) ? Math.floor(time) : 0, nanos: Number(below.padEnd(6, "0")) };
}

function fieldsOf(source: Readonly<Record<string, unknown>>, layout: Layout): Fields {
  const { prefix, names, ...own } = layout;
  const common = new Set<string>([...Object.values(own), ...SILENT]);
  const nameOf = new Map(Object.entries(names).map(([name, path]) => [path, name]));
  const within = prefix.slice(0, -1);
  const fields: Record<string, FieldValue> = {};
  for (const [name, value] of Object.entries(source)) {
    if (common.has(name)) continue;
    if (name === within && isObject(value)) {
      const { [CUT]: _, ...own } = value;
      Object.assign(fields, own);
    } else fields[nameOf.get(name) ?? name] = value as FieldValue;
  }
  return fields;
}

/** What stands at a path, each of whose names may hold dots itself. */
export function valueAt(source: Readonly<Record<string, unknown>>, path: string): unknown {
  if (Object.hasOwn(source, path)) return source[path];
  for (let dot = path.indexOf("."); dot > 0; dot = path.indexOf(".", dot + 1)) {
    const inner = Object.hasOwn(source, path.slice(0, dot)) ? source[path.slice(0, dot)] : undefined;
    const found = isObject(inner) ? valueAt(inner, path.slice(dot + 1)) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}

export const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
