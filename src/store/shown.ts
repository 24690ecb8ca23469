import type { Fields } from "../model.ts";
import { fieldAccess } from "./access.ts";
import { CUT } from "./own-id.ts";
import type { Rows } from "./rows.ts";
import type { Window } from "./window.ts";

/** Names and texts of the fields that a row of a list shows. */
export type Shown = (rows: Rows, at: number) => [name: string, text: string][];

/** Names go so deep into objects. */
const DEPTH = 4;
/** Records whose fields are looked at for their names: so many, at so many places of all. */
const SAMPLE = 60;
const PLACES = 5;

/** @param most characters (UTF-16 units) of a value; a longer one ends with … */
export function createShown(names: readonly string[], most: number): Shown {
  const accesses = names.map((name) => [name, fieldAccess(name)] as const);
  return (rows, at) => {
    const values: [string, string][] = [];
    for (const [name, access] of accesses) {
      const value = access(rows, at, { source: "", path: "" });
      if (value === undefined) continue;
      const text = String(value);
      values.push([name, text.length > most ? `${text.slice(0, most)}…` : text]);
    }
    return values;
  };
}

/**
 * Names of the fields that records from all over a search have, the most frequent first.
 * @param longest UTF-16 units; longer names are left out
 */
export function fieldNames(window: Window, most: number, longest: number): string[] {
  const { count } = window.figures();
  const counts = new Map<string, number>();
  const looked = new Set<number>();
  for (let i = 0; i < PLACES; i++) {
    const from = Math.max(0, Math.floor(((count - SAMPLE) * i) / (PLACES - 1)));
    for (const [j, { rows, at }] of window.rows(from, SAMPLE).entries()) {
      if (looked.has(from + j)) continue;
      looked.add(from + j);
      for (const name of namesIn(rows.fields(at), DEPTH)) counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  return [...counts]
    .filter(([name]) => name.length <= longest)
    .sort(([a, of], [b, other]) => other - of || (a < b ? -1 : 1))
    .slice(0, most)
    .map(([name]) => name);
}

function* namesIn(fields: Fields, depth: number): Generator<string> {
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === "object" && value !== null && !Array.isArray(value) && depth > 1)
      for (const inner of namesIn(value as Fields, depth - 1)) yield `${name}.${inner}`;
    else if (name !== CUT) yield name;
  }
}
