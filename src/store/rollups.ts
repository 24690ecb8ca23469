import { LEVELS, type LogRecord } from "../model.ts";
import { addTo, type Sketch } from "./sketch.ts";
import { statusOf } from "./status.ts";
import { createTotals, durationOf, type Totals } from "./totals.ts";

/** Names that durations go by, and names of times of day that look like them. */
const DURATION =
  /^(?:duration|latency|elapsed|took|(?:.+_)?(?:request|response|upstream|processing|query|execution|connect|total)_?time|.+_(?:ms|duration|latency|elapsed))$/i;
const CAMEL = /^[a-zA-Z]+[a-z](?:Ms|Duration|Latency|Elapsed)$/;
const MOMENT = /^(?:time|timestamp|ts|epoch|date|start|end|created|updated|expires)(?:_|$|Ms)/i;
/** Records of a batch whose field names are looked at, and duration fields kept of a source. */
const SAMPLES = 8;
const MOST = 8;
const ERROR = LEVELS.indexOf("error");

/** Sums records up by source and second, in memory. */
export interface Aggregator {
  /** Counts records; by their own time, or all at `at` (ms since the epoch) when given. */
  add(records: readonly LogRecord[], at?: number): void;
  /** What was counted of each source: second since the epoch → totals. */
  readonly sources: ReadonlyMap<string, Map<number, Totals>>;
}

/** Bytes of a line with its end: up to the line after it, which is cheaper to tell than the text's length. */
function bytesOf({ origin, offset, raw, size }: LogRecord, next: LogRecord | undefined): number {
  if (size !== undefined) return Buffer.byteLength(raw) + 1;
  return next?.origin === origin && next.offset > offset ? next.offset - offset : Buffer.byteLength(raw) + 1;
}

export function createAggregator(): Aggregator {
  const sources = new Map<string, Map<number, Totals>>();
  /** Of each source the names of its duration fields, in the order of their discovery. */
  const known = new Map<string, string[]>();
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
      const record = records[i] as LogRecord;
      for (const name in record.fields) {
        let is = isDuration.get(name);
        if (is === undefined) {
          is = (DURATION.test(name) || CAMEL.test(name)) && !MOMENT.test(name);
          // Logs that make up names without end must not fill the memory.
          if (isDuration.size < 10_000) isDuration.set(name, is);
        }
        if (!is || typeof record.fields[name] !== "number") continue;
        const names = known.get(record.origin.source) ?? [];
        known.set(record.origin.source, names);
        if (names.length < MOST && !names.includes(name)) names.push(name);
      }
    }
  }

  return {
    sources,
    add(records, at) {
      discover(records);
      const fixed = at === undefined ? undefined : Math.floor(at / 1000);
      let source: string | undefined;
      let second = 0;
      let names: readonly string[] = [];
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
          names = known.get(source) ?? [];
          sketches = names.map((name) => durationOf(found, name));
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
        for (let i = 0; i < names.length; i++) {
          const value = fields[names[i] as string];
          if (typeof value === "number") addTo(sketches[i] as Sketch, value);
        }
      }
    },
  };
}
