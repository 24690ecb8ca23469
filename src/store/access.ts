import { type FieldValue, LEVELS } from "../model.ts";
import { OWN_ID } from "./own-id.ts";
import type { Rows } from "./rows.ts";
import { OFFSETS } from "./schema.ts";

/** Where records are from, of all records of a run. */
export interface File {
  readonly source: string;
  readonly path: string;
  /** What ids are made of (see SegmentFile); without them records have no id of the store's. */
  readonly key?: string;
  readonly base?: number;
}

/** A value as it is compared: text or number; undefined where there is none. */
export type Plain = string | number | undefined;
export type Access = (rows: Rows, at: number, file: File) => Plain;

/** A field's value: text, number, 'true', 'false', or the JSON of a list or object. Dots lead into objects. */
export function fieldAccess(name: string): Access {
  if (!name.includes(".")) return (rows, at) => plainOf(rows.field(at, name));
  const [first = "", ...keys] = name.split(".");
  return (rows, at) => {
    const whole = plainOf(rows.field(at, name));
    if (whole !== undefined) return whole;
    let value = rows.field(at, first);
    for (const key of keys) {
      if (typeof value !== "object" || value === null || !Object.hasOwn(value, key)) return undefined;
      value = (value as Readonly<Record<string, FieldValue>>)[key];
    }
    return plainOf(value);
  };
}

/** The record's id: the one it brought with it, else that of its place, as sinks write it. */
const ownId: Access = (rows, at, { key, base = 0 }) => {
  const brought = plainOf(rows.field(at, OWN_ID));
  if (brought !== undefined || key === undefined) return brought;
  return `${key}-${(base + (rows.id(at) % OFFSETS)).toString(36)}`;
};

/**
 * All that a name of a query stands for, as it is read: for `error` and `id`, which logs have fields of too,
 * both. A time is its milliseconds.
 */
export function accessesOf(name: string): readonly Access[] {
  switch (name) {
    case "source":
      return [(_rows, _at, { source }) => source];
    case "file":
      return [(_rows, _at, { path }) => path];
    case "level":
      return [(rows, at) => LEVELS[rows.level(at) ?? LEVELS.length]];
    case "time":
      return [(rows, at) => rows.time(at)];
    case "status": {
      const field = fieldAccess("status");
      return [(rows, at, file) => rows.status(at) ?? field(rows, at, file)];
    }
    case "message":
      return [(rows, at) => rows.message(at)];
    case "raw":
      return [(rows, at) => rows.raw(at)];
    case "error":
      return [(rows, at) => rows.error(at), fieldAccess("error")];
    case "id":
      return [ownId, fieldAccess("id")];
    default:
      return [fieldAccess(name.replace(/^fields\./, ""))];
  }
}

function plainOf(value: FieldValue | undefined): Plain {
  if (value === undefined || value === null) return undefined;
  if (typeof value === "string" || typeof value === "number") return value;
  return JSON.stringify(value);
}
