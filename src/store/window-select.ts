import type { Watchdog } from "../lib/watchdog.ts";
import type { File } from "./access.ts";
import { findOf } from "./find.ts";
import { type Filter, parseQuery } from "./language.ts";
import type { Term, Value } from "./lexer.ts";
import { compileQuery, type Matcher, matcherOf } from "./query.ts";
import type { Rows } from "./rows.ts";

/** Finds the places of a part whose records match: among those given, which rise, or all. What it gives rises too. */
export type Select = (rows: Rows, file: File, among: Uint16Array | undefined) => Uint16Array;

interface Step {
  readonly select: Select;
  /** What it has to have unpacked: nothing, the lines, or the fields. */
  readonly cost: number;
}

/** In a part of which fewer than one place in so many is left, each is looked at by itself. */
const SPARSE = 16;
const HEADS = ["level", "status", "time", "source", "file"];

/**
 * The same as compileQuery, for whole parts at a time: what can be told from little is asked first, and words are
 * looked for in all lines at once. Throws UserError with the place marked.
 */
export function compileSelect(query: string, watchdog?: Watchdog, zone?: string): Select {
  const filter = parseQuery(query, zone);
  // They may take any time, so that each look at a record has to be watched.
  if (hasExpression(filter)) return oneByOne(compileQuery(query, watchdog, zone));
  return stepOf(filter, query).select;
}

function hasExpression(filter: Filter): boolean {
  if (filter.kind === "term") return filter.term.kind === "expression";
  return filter.kind === "not" ? hasExpression(filter.filter) : filter.filters.some(hasExpression);
}

function stepOf(filter: Filter, query: string): Step {
  switch (filter.kind) {
    case "not": {
      const { select, cost } = stepOf(filter.filter, query);
      return { select: (rows, file, among) => without(rows.count, among, select(rows, file, among)), cost };
    }
    case "and": {
      const steps = filter.filters.map((one) => stepOf(one, query)).sort((a, b) => a.cost - b.cost);
      const select: Select = (rows, file, among) => {
        let left = among;
        for (const step of steps) {
          if (left?.length === 0) break;
          left = step.select(rows, file, left);
        }
        return left ?? all(rows.count);
      };
      return { select, cost: costOf(steps) };
    }
    case "or": {
      const steps = filter.filters.map((one) => stepOf(one, query)).sort((a, b) => a.cost - b.cost);
      const select: Select = (rows, file, among) => {
        let left = among ?? all(rows.count);
        const found: Uint16Array[] = [];
        for (const step of steps) {
          if (left.length === 0) break;
          const its = step.select(rows, file, left);
          if (its.length === 0) continue;
          found.push(its);
          left = without(rows.count, left, its);
        }
        return union(found);
      };
      return { select, cost: costOf(steps) };
    }
    default:
      return termOf(filter, query);
  }
}

const costOf = (steps: readonly Step[]): number => Math.max(0, ...steps.map(({ cost }) => cost));

function termOf(filter: Extract<Filter, { kind: "term" }>, query: string): Step {
  const { term } = filter;
  const matches = matcherOf(filter, query);
  if (term.kind === "text") return { select: inLines(term.value, matches), cost: 1 };
  return { select: oneByOne(matches), cost: costOfTerm(term) };
}

function costOfTerm(term: Term): number {
  const field = term.kind === "text" ? "raw" : (term.field ?? "raw");
  if (HEADS.includes(field)) return 0;
  return field === "raw" ? 1 : 2;
}

function oneByOne(matches: Matcher): Select {
  return (rows, file, among) => {
    const length = among?.length ?? rows.count;
    const found = new Uint16Array(length);
    let count = 0;
    for (let i = 0; i < length; i++) {
      const at = among ? (among[i] as number) : i;
      if (matches(rows, at, file)) found[count++] = at;
    }
    return found.subarray(0, count);
  };
}

/** In all lines of a part at once. */
function inLines(value: Value, matches: Matcher): Select {
  const single = oneByOne(matches);
  const find = findOf(value);
  if (!find) return single;
  return (rows, file, among) => {
    if (among && among.length * SPARSE < rows.count) return single(rows, file, among);
    const { lines } = rows;
    if (!lines) return single(rows, file, among);
    const hits = find(lines.bytes, () => lines.ends);
    return among ? both(hits, among) : hits;
  };
}

function all(count: number): Uint16Array {
  const places = new Uint16Array(count);
  for (let at = 0; at < count; at++) places[at] = at;
  return places;
}

function both(a: Uint16Array, b: Uint16Array): Uint16Array {
  const found = new Uint16Array(Math.min(a.length, b.length));
  let count = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [x, y] = [a[i] as number, b[j] as number];
    if (x === y) found[count++] = x;
    if (x <= y) i++;
    if (y <= x) j++;
  }
  return found.subarray(0, count);
}

/** The places of `among`, or of all, that are not in `those`. */
function without(all: number, among: Uint16Array | undefined, those: Uint16Array): Uint16Array {
  const length = among?.length ?? all;
  const found = new Uint16Array(length - those.length);
  let count = 0;
  for (let i = 0, j = 0; i < length; i++) {
    const at = among ? (among[i] as number) : i;
    if (those[j] === at) j++;
    else found[count++] = at;
  }
  return found;
}

/** The places of several lists that have none in common. */
function union(lists: readonly Uint16Array[]): Uint16Array {
  const [first, ...others] = lists;
  if (others.length === 0) return first ?? new Uint16Array();
  const found = new Uint16Array(lists.reduce((sum, { length }) => sum + length, 0));
  let from = 0;
  for (const list of lists) {
    found.set(list, from);
    from += list.length;
  }
  return found.sort();
}
