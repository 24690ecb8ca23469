import { type Fields, type FieldValue, LEVELS, type Level, type LogRecord } from "../model.ts";
import { type SeeField, seeAll } from "./columns.ts";
import type { Stamps } from "./heads.ts";
import type { Lines } from "./lines.ts";
import { statusOf } from "./status.ts";

/** Records as the store has them, by their place in a run that stands together. */
export interface Rows {
  readonly count: number;
  readonly stamps: Stamps;
  /** serial · 2^40 + offset within the base of the file. */
  id(at: number): number;
  time(at: number): number;
  nanos(at: number): number;
  /** Place in LEVELS. */
  level(at: number): number | undefined;
  status(at: number): number | undefined;
  raw(at: number): string;
  message(at: number): string;
  error(at: number): string | undefined;
  /** An own field; undefined where the record has none of this name. */
  field(at: number, name: string): FieldValue | undefined;
  fields(at: number): Fields;
  /** Names of fields that its records have, as far as they can be told without reading each. */
  names(): readonly string[];
  /** Hands over all fields of some rows, a column at a time. */
  each(places: Iterable<number>, see: SeeField): void;
  /** All lines as they stand in a block; undefined for what waits for one. */
  readonly lines: Lines | undefined;
  /** Bytes of memory that it takes by now, about, and those of them that `forget` gives back. */
  readonly size: number;
  readonly unpacked: number;
  /** Lets go of what can be unpacked again: of the fields, or of all. */
  forgetFields(): void;
  forget(): void;
}

/** What of a record goes into the store with it; file and offset make its id. */
export type Row = Omit<LogRecord, "origin" | "precision">;

/** @param start what makes the id of a row's offset when it is added */
export function rowsOf(rows: readonly Row[], start: number): Rows {
  const row = (at: number): Row => {
    const found = rows[at];
    if (!found) throw new RangeError(`there is no row ${at}`);
    return found;
  };
  let stamps: Stamps | undefined;
  return {
    count: rows.length,
    get stamps() {
      stamps ??= stampsOf(rows);
      return stamps;
    },
    id: (at) => start + row(at).offset,
    time: (at) => row(at).time,
    nanos: (at) => row(at).nanos,
    level: (at) => levelPlace(row(at).level),
    status: (at) => statusOf(row(at).fields),
    raw: (at) => row(at).raw,
    message: (at) => row(at).message,
    error: (at) => row(at).error,
    field: (at, name) => own(row(at).fields, name),
    fields: (at) => row(at).fields,
    names: () => [...new Set(rows.flatMap(({ fields }) => Object.keys(fields)))],
    each(places, see) {
      for (const at of places) seeAll(row(at).fields, see);
    },
    lines: undefined,
    size: 0,
    unpacked: 0,
    forgetFields: () => undefined,
    forget: () => undefined,
  };
}

function stampsOf(rows: readonly Row[]): Stamps {
  return {
    times: Float64Array.from(rows, ({ time }) => time),
    base: 0,
    nanos: Uint32Array.from(rows, ({ nanos }) => nanos),
    levels: Int8Array.from(rows, ({ level }) => levelPlace(level) ?? -1),
    statuses: Float64Array.from(rows, ({ fields }) => statusOf(fields) ?? Number.NaN),
  };
}

export function levelPlace(level: Level | undefined): number | undefined {
  return level === undefined ? undefined : LEVELS.indexOf(level);
}

function own(fields: Fields, name: string): FieldValue | undefined {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}
