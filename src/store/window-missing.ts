import { nearest } from "../lib/nearest.ts";
import { fieldsAsked, withField } from "./query.ts";
import { knownFields } from "./suggest.ts";
import { createWindow, type Window } from "./window.ts";
import type { Shelf } from "./window-parts.ts";
import { quoted } from "./written.ts";

/** A field that a query asks for and that no record within the range and sources has. */
export interface MissingField {
  readonly name: string;
  /** The field that occurs, or may, and is most like it. */
  readonly near?: string;
  /** The query that asks for that instead. */
  readonly query?: string;
}

/** Why a search may have found nothing: fields that there are not. */
export interface Missing {
  /** Looks on for about `budget` ms, once nothing is found; false when nothing is left to look at. */
  work(budget: number): boolean;
  /** None as long as that is not known. */
  readonly fields: readonly MissingField[];
}

/**
 * Looks for records that have the fields of a query, as few as it takes: names that are kept with a block are not all
 * that objects hold.
 */
export function createMissing(shelf: Shelf, window: Window): Missing {
  const { query, levels: _, ...within } = window.search;
  const asked = fieldsAsked(query);
  /** Searches for records that have a field; undefined: one was found. */
  const probes = new Map<string, Window | undefined>();
  let fields = NONE;
  let seen = shelf.revision();

  const refresh = (): void => {
    if (seen === shelf.revision()) return;
    seen = shelf.revision();
    for (const probe of probes.values()) probe?.refresh();
  };

  const probeOf = (name: string): Window | undefined => {
    if (!probes.has(name)) probes.set(name, createWindow(shelf, { ...within, query: `${quoted(name)}:*` }));
    return probes.get(name);
  };

  const told = (name: string): MissingField => {
    // A block may have it beyond the range.
    const known = knownFields({ shelf, search: within }).filter(({ label }) => label !== name);
    const labels = known.map(({ label }) => label);
    const near = nearest(name, labels);
    if (near === undefined) return { name };
    const { written = near } = known.find(({ label }) => label === near) ?? {};
    const other = withField(query, name, written);
    return { name, near, ...(other !== undefined && { query: other }) };
  };

  const look = (budget: number): boolean => {
    const end = performance.now() + budget;
    const left: string[] = [];
    refresh();
    for (const name of asked) {
      const probe = probeOf(name);
      if (!probe) continue;
      const more = probe.work(end - performance.now());
      if (probe.figures().count > 0) probes.set(name, undefined);
      else if (more) return true;
      else left.push(name);
    }
    const same = left.length === fields.length && left.every((name, i) => name === fields[i]?.name);
    if (!same) fields = left.length === 0 ? NONE : left.map(told);
    return false;
  };

  return {
    work(budget) {
      if (asked.length > 0 && window.figures().count === 0) return look(budget);
      fields = NONE;
      return false;
    },
    get fields() {
      return fields;
    },
  };
}

const NONE: readonly MissingField[] = [];
