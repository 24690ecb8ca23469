import { keyOfTexts, namesDuration } from "../lib/duration-field.ts";
import { secondsOfText } from "../lib/duration-text.ts";
import { valueBehind } from "../lib/field-path.ts";
import { type Fields, LEVELS, type LogRecord } from "../model.ts";
import { addTo, type Sketch } from "./sketch.ts";
import { statusOf } from "./status.ts";
import { createTotals, durationOf, type Totals } from "./totals.ts";
import { NUMBER } from "./window-numbers.ts";

/** Records of a batch whose field names are looked at, and duration fields kept of a source. */
const SAMPLES = 8;
const MOST = 8;
/** So deep in objects, and so many of a record's names, are looked at. */
const DEPTH = 3;
const WIDTH = 200;
const ERROR = LEVELS.indexOf("error");

/** Sums records up by source and second, in memory. */
export interface Aggregator {
  /** Counts records; by their own time, or all at `at` (ms since the epoch) when given. */
  add(records: readonly LogRecord[], at?: number): void;
  /** What was counted of each source: second since the epoch → totals. */
  readonly sources: ReadonlyMap<string, Map<number, Totals>>;
}

/** A field, and the way to it through objects. */
interface Named {
  readonly name: string;
  readonly steps: readonly string[];
  /** Its texts with units are meant, as `12ms`, and no numbers. */
  readonly texts: boolean;
}

/** What a duration field of a record is, also a number that is written as text; undefined: it has none. */
function durationIn(fields: Fields, { name, steps, texts }: Named): number | undefined {
  const value = fields[name] ?? (steps.length > 1 ? valueBehind(fields, steps) : undefined);
  if (typeof value === "number") return texts ? undefined : value;
  if (typeof value !== "string") return undefined;
  if (texts) return secondsOfText(value);
  return NUMBER.test(value) ? Number(value) : undefined;
}

/** Bytes of a line with its end: up to the line after it, which is cheaper to tell than the text's length. */
function bytesOf({ origin, offset, raw, size }: LogRecord, next: LogRecord | undefined): number {
  if (size !== undefined) return Buffer.byteLength(raw) + 1;
  return next?.origin === origin && next.offset > offset ? next.offset - offset : Buffer.byteLength(raw) + 1;
}

export function createAggregator(): Aggregator {
  const sources = new Map<string, Map<number, Totals>>();
  /** Of each source its duration fields, in the order of their discovery. */
  const known = new Map<string, Named[]>();
  const isDuration = new Map<string, boolean>();

  function totalsOf(source: string, second: number): Totals {
    const seconds = sources.get(source) ?? new Map<number, Totals>();
    sources.set(source, seconds);
    const totals = seconds.get(second) ?? createTotals();
    seconds.set(second, totals);
    return totals;
  }

  function discover(records: readonly LogRecord[]): void {
    const stride = Math.max(1, Math.floor(records.length / SAMPLES));
    for (let i = 0; i < records.length; i += stride) {
      const { fields, origin } = records[i] as LogRecord;
      for (const name of namesIn(fields)) {
        const numbers = { name, steps: name.split("."), texts: false };
        const field = [numbers, { ...numbers, texts: true }].find(
          (one) => durationIn(fields, one) !== undefined,
        );
        if (!field) continue;
        const durations = known.get(origin.source) ?? [];
        known.set(origin.source, durations);
        const isKnown = durations.some((one) => one.name === name && one.texts === field.texts);
        if (durations.length < MOST && !isKnown) durations.push(field);
      }
    }
  }

  /** Names of a record's fields that durations go by, also in objects. */
  function namesIn(fields: Fields): readonly string[] {
    const found: string[] = [];
    let left = WIDTH;
    const look = (object: Fields, before: string, depth: number): void => {
      for (const key in object) {
        if (left-- <= 0) return;
        const name = before + key;
        const value = object[key];
        if (typeof value === "object") {
          if (value && !Array.isArray(value) && depth < DEPTH) look(value as Fields, `${name}.`, depth + 1);
          continue;
        }
        let is = isDuration.get(name);
        if (is === undefined) {
          is = namesDuration(name);
          // Logs that make up names without end must not fill the memory.
          if (isDuration.size < 10_000) isDuration.set(name, is);
        }
        if (is) found.push(name);
      }
    };
    look(fields, "", 0);
    return found;
  }

  return {
    sources,
    add(records, at) {
      discover(records);
      const fixed = at === undefined ? undefined : Math.floor(at / 1000);
      let source: string | undefined;
      let second = 0;
      let durations: readonly Named[] = [];
      let sketches: Sketch[] = [];
      let totals: Totals | undefined;
      for (let place = 0; place < records.length; place++) {
        const record = records[place] as LogRecord;
        const its = fixed ?? Math.floor(record.time / 1000);
        if (!totals || its !== second || record.origin.source !== source) {
          second = its;
          source = record.origin.source;
          const found = totalsOf(source, second);
          totals = found;
          durations = known.get(source) ?? [];
          sketches = durations.map(({ name, texts }) => durationOf(found, texts ? keyOfTexts(name) : name));
        }
        totals.lines++;
        if (record.time < totals.first) totals.first = record.time;
        if (record.time > totals.last) totals.last = record.time;
        totals.bytes += bytesOf(record, records[place + 1]);
        if (record.error !== undefined) totals.unparsed++;
        if (record.level !== undefined) {
          const level = LEVELS.indexOf(record.level);
          totals.levels[level] = (totals.levels[level] ?? 0) + 1;
          if (level >= ERROR) totals.errors++;
        }
        const { fields } = record;
        const status = statusOf(fields);
        if (status !== undefined && status >= 100 && status < 600) {
          const kind = Math.floor(status / 100);
          totals.statuses[kind] = (totals.statuses[kind] ?? 0) + 1;
        }
        for (let i = 0; i < durations.length; i++) {
          const value = durationIn(fields, durations[i] as Named);
          if (value !== undefined) addTo(sketches[i] as Sketch, value);
        }
      }
    },
  };
}
