import { LEVELS } from "../model.ts";
import type { File } from "./access.ts";
import type { Cell } from "./cells.ts";
import { type Filter, parseQuery } from "./language.ts";
import { matcherOf } from "./query.ts";
import type { Rows } from "./rows.ts";
import { type Condition, type Hits, LEVEL_CLASSES, nothing, statusClass, tallyOf } from "./window-hits.ts";
import type { Part } from "./window-parts.ts";

/** Whether a query takes records of a cell: all, none, or it takes more to tell. */
export type Judge = (cell: Cell, file: File) => boolean | undefined;

/** Thrown where a query has to look at a record. One for all: a new one each time would note where it came from. */
const UNKNOWN = new Error("it takes more to tell");

/** @throws UserError for what is wrong with the query, with the place marked */
export function compileJudge(query: string, zone?: string): Judge {
  return judgeOf(parseQuery(query, zone), query);
}

function judgeOf(filter: Filter, query: string): Judge {
  switch (filter.kind) {
    case "not": {
      const inner = judgeOf(filter.filter, query);
      return (cell, file) => {
        const found = inner(cell, file);
        return found === undefined ? undefined : !found;
      };
    }
    case "and":
    case "or": {
      const settles = filter.kind === "or";
      const all = filter.filters.map((one) => judgeOf(one, query));
      return (cell, file) => {
        let sure = true;
        for (const one of all) {
          const found = one(cell, file);
          if (found === settles) return settles;
          sure &&= found !== undefined;
        }
        return sure ? !settles : undefined;
      };
    }
    default: {
      // One may take any time, and nobody would watch it here.
      if (filter.term.kind === "expression") return () => undefined;
      const matches = matcherOf(filter, query);
      return (cell, file) => {
        try {
          return matches(rowOf(cell), 0, file);
        } catch (error) {
          if (error === UNKNOWN) return undefined;
          throw error;
        }
      };
    }
  }
}

/** A record of a cell: what else it holds is not known. */
function rowOf({ level, status, count }: Cell): Rows {
  const unknown = (): never => {
    throw UNKNOWN;
  };
  return {
    count,
    get stamps() {
      return unknown();
    },
    id: unknown,
    time: unknown,
    nanos: unknown,
    level: () => level,
    status: () => status,
    raw: unknown,
    message: unknown,
    error: unknown,
    field: unknown,
    fields: unknown,
    names: unknown,
    each: unknown,
    get lines() {
      return unknown();
    },
    size: 0,
    unpacked: 0,
    forgetFields: () => undefined,
    forget: () => undefined,
  };
}

/**
 * What matches in a part, as far as its cells tell; undefined when it has to be looked at. The places are found when
 * they are asked for.
 * @param look finds them, and must not throw
 */
export function hitsByCells(
  part: Part,
  judge: Judge,
  { since, until, levels: wanted, step }: Condition,
  look: () => Uint16Array,
): Hits | undefined {
  const { cells, file, minTime, maxTime } = part;
  if (!cells || minTime < since || maxTime >= until) return undefined;
  // Which moment a record is of must not matter.
  const bucket = Math.floor(minTime / step);
  const spread = Math.floor(maxTime / step) !== bucket;
  const levels = new Uint32Array(LEVEL_CLASSES);
  const counts = tallyOf();
  let count = 0;
  for (const cell of cells) {
    const found = judge(cell, file);
    if (found === undefined || (found && spread)) return undefined;
    if (!found) continue;
    const level = cell.level ?? LEVELS.length;
    levels[level] = (levels[level] as number) + cell.count;
    if (wanted && !wanted[level]) continue;
    count += cell.count;
    counts[level] = (counts[level] as number) + cell.count;
    const status = LEVEL_CLASSES + statusClass(cell.status);
    counts[status] = (counts[status] as number) + cell.count;
  }
  if (count === 0) return { ...nothing(part), levels };
  let places: Uint16Array | undefined;
  return {
    part,
    count,
    within: part.records,
    get places() {
      places ??= look();
      return places;
    },
    minTime,
    maxTime,
    levels,
    steps: [bucket],
    counts,
  };
}
