import { ByteWriter } from "../lib/byte-writer.ts";
import type { Fields, FieldValue } from "../model.ts";
import type { Row } from "./rows.ts";
import { createReader, createWriter } from "./varint.ts";

/** Sets of names that get columns of their own; records with other names are kept as whole objects. */
const SHAPES = 32;
const WHOLE = -1;
const BRACKET = 91;
const CLOSING = 93;
const COMMA = 44;

/** What a block says of its columns: all of this as JSON before them. */
interface Directory {
  /** Names of each set of fields, in the order of their columns. */
  readonly shapes: readonly (readonly string[])[];
  /** Bytes of each column: messages, errors, whole objects, then the shapes' fields one after the other. */
  readonly lengths: readonly number[];
}

/**
 * The part of a block that few searches look at: messages, errors and fields, a column of JSON each, so that
 * one is read without the others, and like stands beside like for the compressor. The shape of each row
 * stands before them.
 */
export function writeColumns(rows: readonly Row[]): Uint8Array {
  const shapes = new Map<string, number>();
  const names: string[][] = [];
  const columns: FieldValue[][][] = [];
  const whole: Fields[] = [];
  const head = createWriter();
  let lastKeys: string[] = [];
  let last = WHOLE;
  for (const { fields } of rows) {
    const keys = Object.keys(fields);
    if (last === WHOLE || !same(keys, lastKeys)) {
      const text = JSON.stringify(keys);
      const known = shapes.get(text);
      if (known !== undefined) last = known;
      else if (names.length >= SHAPES) last = WHOLE;
      else {
        last = names.length;
        shapes.set(text, last);
        names.push(keys);
        columns.push(keys.map(() => []));
      }
      lastKeys = keys;
    }
    head.whole(last + 1);
    if (last === WHOLE) whole.push(fields);
    else {
      const its = columns[last] as FieldValue[][];
      for (let i = 0; i < keys.length; i++) its[i]?.push(fields[keys[i] as string] ?? null);
    }
  }
  const out = new ByteWriter();
  const lengths: number[] = [];
  const write = (column: readonly unknown[]): void => {
    const from = out.at;
    if (column.some((value) => value !== null) && !writeNumbers(column, out))
      out.text(JSON.stringify(column));
    lengths.push(out.at - from);
  };
  write(rows.map(({ message, raw }) => (message === raw ? null : message)));
  write(rows.map(({ error }) => error ?? null));
  write(whole);
  for (const shape of columns) for (const column of shape) write(column);
  const directory: Directory = { shapes: names, lengths };
  head.text(JSON.stringify(directory));
  return Buffer.concat([head.done(), out.bytes.subarray(0, out.at)]);
}

/** Writes a list of numbers and nulls as JSON, in a third of the time; false, and nothing, for any other. */
function writeNumbers(column: readonly unknown[], out: ByteWriter): boolean {
  const from = out.at;
  let before = BRACKET;
  for (const value of column) {
    out.byte(before);
    before = COMMA;
    if (typeof value === "number" && Number.isFinite(value)) out.number(value);
    else if (value === null) out.text("null");
    else {
      out.at = from;
      return false;
    }
  }
  out.byte(CLOSING);
  return true;
}

/** Takes the values of one field, one after the other; `own` tells whether the rows have a field of a name. */
export type SeeField = (name: string, own: (name: string) => boolean) => (value: FieldValue) => void;

export interface Columns {
  message(at: number): string | undefined;
  error(at: number): string | undefined;
  field(at: number, name: string): FieldValue | undefined;
  fields(at: number): Fields;
  /** Names of fields, but those of records that are kept as whole objects. */
  readonly names: readonly string[];
  /** Hands over all fields of some rows, a column at a time. */
  each(places: Iterable<number>, see: SeeField): void;
}

/** Reads what `writeColumns` wrote of `count` rows, each column when it is asked for. */
export function readColumns(bytes: Buffer, count: number): Columns {
  const head = createReader(bytes);
  const shapeOf = new Int32Array(count);
  /** A row's place among those of its shape. */
  const placeOf = new Uint32Array(count);
  const counts = new Map<number, number>();
  for (let at = 0; at < count; at++) {
    const shape = head.whole() - 1;
    const place = counts.get(shape) ?? 0;
    counts.set(shape, place + 1);
    shapeOf[at] = shape;
    placeOf[at] = place;
  }
  const { shapes, lengths } = JSON.parse(head.text()) as Directory;
  const starts: number[] = [];
  let end = head.at;
  for (const length of lengths) {
    starts.push(end);
    end += length;
  }
  const read: (readonly unknown[] | null)[] = [];
  const column = (index: number): readonly unknown[] | null => {
    let values = read[index];
    if (values === undefined) {
      const start = starts[index] ?? 0;
      const length = lengths[index] ?? 0;
      values = length === 0 ? null : (JSON.parse(bytes.toString("utf8", start, start + length)) as unknown[]);
      read[index] = values;
    }
    return values;
  };
  const firstOf: number[] = [];
  let next = 3;
  for (const names of shapes) {
    firstOf.push(next);
    next += names.length;
  }
  const placesIn = shapes.map((names) => new Map(names.map((name, i) => [name, i])));
  const textAt = (index: number, at: number): string | undefined =>
    (column(index)?.[at] as string | null | undefined) ?? undefined;
  const wholeAt = (at: number): Fields => (column(2)?.[placeOf[at] as number] ?? {}) as Fields;
  const valueAt = (shape: number, i: number, at: number): FieldValue =>
    (column((firstOf[shape] as number) + i)?.[placeOf[at] as number] ?? null) as FieldValue;

  return {
    names: [...new Set(shapes.flat())],
    message: (at) => textAt(0, at),
    error: (at) => textAt(1, at),
    field(at, name) {
      const shape = shapeOf[at] as number;
      if (shape === WHOLE) return Object.hasOwn(wholeAt(at), name) ? wholeAt(at)[name] : undefined;
      const place = placesIn[shape]?.get(name);
      return place === undefined ? undefined : valueAt(shape, place, at);
    },
    fields(at) {
      const shape = shapeOf[at] as number;
      if (shape === WHOLE) return wholeAt(at);
      // Not by assignment: a field may be named __proto__.
      return Object.fromEntries((shapes[shape] ?? []).map((name, i) => [name, valueAt(shape, i, at)]));
    },
    each(places, see) {
      const byShape = new Map<number, number[]>();
      for (const at of places) {
        const shape = shapeOf[at] as number;
        if (shape === WHOLE) seeAll(wholeAt(at), see);
        else {
          const those = byShape.get(shape);
          if (those) those.push(placeOf[at] as number);
          else byShape.set(shape, [placeOf[at] as number]);
        }
      }
      for (const [shape, those] of byShape) {
        const names = shapes[shape] ?? [];
        const own = (name: string) => placesIn[shape]?.has(name) ?? false;
        for (const [i, name] of names.entries()) {
          const values = column((firstOf[shape] as number) + i);
          // Without any value it is not there.
          if (!values) continue;
          const take = see(name, own);
          for (const place of those) take((values[place] ?? null) as FieldValue);
        }
      }
    },
  };
}

/** The fields of one record. */
export function seeAll(fields: Fields, see: SeeField): void {
  const own = (name: string) => Object.hasOwn(fields, name);
  for (const [name, value] of Object.entries(fields)) see(name, own)(value);
}

function same(a: readonly string[], b: readonly string[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
