import { UserError } from "../errors.ts";
import { byTime } from "../lib/instant.ts";
import { nearest } from "../lib/nearest.ts";
import type { Watchdog } from "../lib/watchdog.ts";
import { COMMON, compileQuery, fieldsAsked, withField } from "./query.ts";
import { knownFields } from "./suggest.ts";
import { createWindow, type Window, type WindowSearch } from "./window.ts";
import type { Shelf } from "./window-parts.ts";
import { within } from "./window-refine.ts";
import { LONGEST, quoted } from "./written.ts";

/** Most fields that are looked for. */
const MOST = 3;
/** Shorter names are like too many. */
const SHORT = 4;

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
  readonly search: WindowSearch;
}

/**
 * Looks for records that have the fields of a query, as few as it takes: names that are kept with a block are not all
 * that objects hold.
 * @param before of the search before: what was missing is so where the same is asked of less, until it is looked for
 */
export function createMissing(shelf: Shelf, window: Window, watchdog: Watchdog, before?: Missing): Missing {
  const { search } = window;
  const { query, zone, levels: _, ...bounds } = search;
  const asked = fieldsAsked(query)
    .filter(({ length }) => length <= LONGEST)
    .slice(0, MOST);
  /** Searches for records that have a field; undefined: one was found. */
  const probes = new Map<string, Window | undefined>();
  let fields = before?.search.query === query && within(search, before.search) ? before.fields : NONE;
  let seen = shelf.revision();

  const refresh = (): void => {
    if (seen === shelf.revision()) return;
    seen = shelf.revision();
    for (const probe of probes.values()) probe?.refresh();
  };

  const probeOf = (name: string): Window | undefined => {
    if (!probes.has(name)) probes.set(name, createWindow(shelf, { ...bounds, query: `${quoted(name)}:*` }));
    return probes.get(name);
  };

  const told = (names: readonly string[]): MissingField[] => {
    // A block may have them beyond the range.
    const known = knownFields({ shelf, search: byTime(bounds) }).filter(
      ({ label }) => !names.includes(label),
    );
    return names.map((name) => {
      const like = name.length < SHORT ? known.filter(({ written }) => !COMMON.includes(written)) : known;
      const labels = like.map(({ label }) => label);
      const near = name.startsWith("fields.") ? undefined : nearest(name, labels);
      const { written } = like.find(({ label }) => label === near) ?? {};
      if (near === undefined || written === undefined) return { name };
      const other = withField(query, name, written);
      return { name, near, ...(other !== undefined && isQuery(other) && { query: other }) };
    });
  };

  /** What can be asked of one field can't be asked of each. */
  const isQuery = (text: string): boolean => {
    try {
      compileQuery(text, watchdog, zone);
      return true;
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
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
    if (!same) fields = left.length === 0 ? NONE : told(left);
    return false;
  };

  return {
    work(budget) {
      const { count, total } = asked.length > 0 ? window.figures() : { count: 0, total: 0 };
      // Of no record at all, everything is missing.
      if (count === 0 && total > 0) return look(budget);
      fields = NONE;
      return false;
    },
    get fields() {
      return fields;
    },
    search,
  };
}

const NONE: readonly MissingField[] = [];
