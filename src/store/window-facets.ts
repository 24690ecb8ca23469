import { type FieldValue, LEVELS } from "../model.ts";
import type { SeeField } from "./columns.ts";
import { COMMON } from "./query.ts";
import type { Rows } from "./rows.ts";
import type { Window } from "./window.ts";
import type { Hits } from "./window-hits.ts";
import { addNumber, createNumbers, type Numbers, type Spread, spreadOf } from "./window-numbers.ts";
import type { Part, Shelf } from "./window-parts.ts";
import { createTally, listed, type Tally, type Tops, topsOf } from "./window-tally.ts";

/** Above so many hits, or parts with hits, a sample of the parts is counted: it takes a second or two. */
const MOST = { hits: 1_000_000, parts: 1_000 };
/** Of what waits for a block, which is counted anew each time. */
const WAITING = 10_000;
/** Fields that are counted, and told of; others are too many to be looked through. */
const FIELDS = 200;
const TOLD = 60;
const VALUES = 10;
/** Objects in objects are looked into so far. */
const DEPTH = 5;
/** A field has numbers when so large a part of its values is one. */
const NUMERIC = 0.9;
const NUMBER = /^-?\d+(?:\.\d*)?$/;
const PROMOTED = ["level", "source", "file", "status"];

/** A field of what was found. */
export interface Facet extends Tops {
  /** As a query names it. */
  readonly name: string;
  /** Of the records counted, those that have it, and those whose value is too long to be listed. */
  readonly records: number;
  readonly long: number;
  readonly numbers: Spread | undefined;
}

export interface FacetsFound {
  /** Hits that were counted, of how many; `done`: no more will be. */
  readonly counted: number;
  readonly hits: number;
  readonly done: boolean;
  readonly fields: readonly Facet[];
  /** Fields that there are beside these. */
  readonly others: number;
}

/**
 * Which values the fields of a search's hits have, and how often. Parts are counted in an order that has nothing
 * to do with what they hold, so that what was counted so far is a sample of all; of very many hits no more than
 * that is.
 */
export interface Facets {
  /** Counts on for at least one part and about `budget` ms; false when nothing is left. */
  work(budget: number): boolean;
  found(): FacetsFound;
}

interface Field {
  readonly tally: Tally;
  readonly numbers: Numbers;
  numeric: number;
}

/** @param window the search, which has to have looked at everything before the first call of `work` */
export function createFacets(
  shelf: Pick<Shelf, "peek">,
  window: Pick<Window, "hits">,
  { hits: mostHits, parts: mostParts } = MOST,
): Facets {
  const { hits } = window;
  let fields = createFields();
  let counted = new Map<Part, number>();
  /** Parts whose hash lies below this are in the sample. */
  let share = 1;
  let done = false;

  /** Whole parts of the sample that are not counted yet; begins anew when what was counted is gone. */
  const list = (): { part: Part; hits: Hits; hash: number }[] => {
    for (const part of counted.keys()) if (!hits.has(part)) restart();
    const all = [...hits.values()].filter(({ part, count }) => part.whole && count > 0);
    const sum = all.reduce((total, { count }) => total + count, 0);
    const most = Math.min(1, mostHits / Math.max(1, sum), mostParts / Math.max(1, all.length));
    // What comes belongs to the sample in the same share, until that would be twice as much as is wanted.
    if (counted.size === 0 || most < share / 2) {
      if (counted.size > 0) restart();
      share = most;
    }
    return all
      .map((one) => ({ part: one.part, hits: one, hash: hashOf(one.part.name) }))
      .filter(({ part, hash }) => hash < share && !counted.has(part))
      .sort((a, b) => b.hash - a.hash);
  };

  const restart = (): void => {
    fields = createFields();
    counted = new Map();
  };

  const count = (part: Part, its: Hits): void => {
    counted.set(part, 0);
    try {
      const rows = shelf.peek(part);
      if (!rows) return;
      fields.count(part, rows, its.places ?? []);
      counted.set(part, its.count);
    } catch {
      // Damaged: it is told that not all were counted.
    }
  };

  /** What waits for blocks is another thing each time: it is counted for the moment. */
  const waiting = (): { readonly fields: Fields; readonly count: number } => {
    const now = createFields();
    let sum = 0;
    for (const its of hits.values()) {
      const { part, count } = its;
      if (part.whole || count === 0 || sum + count > WAITING) continue;
      const rows = shelf.peek(part);
      if (!rows) continue;
      now.count(part, rows, its.places ?? []);
      sum += count;
    }
    return { fields: now, count: sum };
  };

  return {
    work(budget) {
      const end = performance.now() + budget;
      const left = list();
      do {
        const next = left.pop();
        if (!next) break;
        count(next.part, next.hits);
      } while (performance.now() < end);
      done = left.length === 0;
      return !done;
    },
    found() {
      const late = waiting();
      const names = new Set([...fields.byName.keys(), ...late.fields.byName.keys()]);
      const all = [...names].map((name) =>
        facetOf(
          name,
          fields.byName.get(name) ?? createField(),
          late.fields.byName.get(name) ?? createField(),
        ),
      );
      all.sort((a, b) => placeOf(a) - placeOf(b) || b.records - a.records || (a.name < b.name ? -1 : 1));
      const others = fields.others.size + Math.max(0, all.length - TOLD);
      let [sum, total] = [late.count, 0];
      for (const count of counted.values()) sum += count;
      for (const { count } of hits.values()) total += count;
      return { counted: sum, hits: total, done, fields: all.slice(0, TOLD), others };
    },
  };
}

/** What every log has comes first. */
function placeOf({ name }: Facet): number {
  const place = PROMOTED.indexOf(name);
  return place < 0 ? PROMOTED.length : place;
}

function facetOf(name: string, first: Field, second: Field): Facet {
  const records = first.tally.records + second.tally.records;
  const numeric = first.numeric + second.numeric;
  const numbers =
    !PROMOTED.includes(name) && numeric >= NUMERIC * records
      ? spreadOf(first.numbers, second.numbers)
      : undefined;
  const long = first.tally.long + second.tally.long;
  return { name, records, long, numbers, ...topsOf(first.tally, second.tally, VALUES) };
}

const createField = (): Field => ({ tally: createTally(), numbers: createNumbers(), numeric: 0 });

type Fields = ReturnType<typeof createFields>;

function createFields() {
  const byName = new Map<string, Field>();
  const others = new Set<string>();
  const field = (name: string): Field | undefined => {
    let known = byName.get(name);
    if (known) return known;
    if (byName.size >= FIELDS) {
      if (others.size < FIELDS) others.add(name);
      return undefined;
    }
    known = createField();
    byName.set(name, known);
    return known;
  };
  const add = (to: Field, value: FieldValue): void => {
    const plain = listed(value);
    if (plain === undefined) return;
    to.tally.add(plain);
    if (typeof plain === "number" || (typeof plain === "string" && NUMBER.test(plain))) {
      to.numeric++;
      addNumber(to.numbers, Number(plain));
    }
  };

  /** Objects are looked into where a query finds what is in them: `a.b`, unless a field has that name itself. */
  const into = (name: string, own: (name: string) => boolean, depth: number) => {
    let its: Field | undefined;
    return (value: FieldValue): void => {
      if (typeof value === "object" && value !== null && !Array.isArray(value)) {
        if (depth >= DEPTH || (depth === 0 && name.includes("."))) return;
        for (const [key, inner] of Object.entries(value)) {
          const path = `${name}.${key}`;
          if (/^[^.\r\n]*$/.test(key) && !own(path)) into(path, own, depth + 1)(inner);
        }
        return;
      }
      if (value === null) return;
      its ??= field(queryName(name));
      if (its) add(its, value);
    };
  };
  const see: SeeField = (name, own) => {
    // A query is one line, and names no field without a name.
    if (!/^[^\r\n]+$/.test(name)) return () => undefined;
    if (name !== "status") return into(name, own, 0);
    // Numbers are looked for where every record has them.
    return (value) => {
      const plain = listed(value);
      const text = plain === undefined || NUMBER.test(String(plain)) ? undefined : String(plain);
      if (text !== undefined) field("status")?.tally.add(text);
    };
  };

  return {
    byName,
    others,
    count({ file }: Part, rows: Rows, places: ArrayLike<number> & Iterable<number>): void {
      if (places.length === 0) return;
      field("source")?.tally.add(file.source, places.length);
      field("file")?.tally.add(file.path, places.length);
      for (const at of places) {
        const level = LEVELS[rows.level(at) ?? -1];
        if (level) field("level")?.tally.add(level);
        const status = rows.status(at);
        if (status !== undefined) field("status")?.tally.add(status);
      }
      rows.each(places, see);
    },
  };
}

/** What every record has hides a field of the same name, but for an id. */
function queryName(name: string): string {
  const hidden = name !== "id" && COMMON.includes(name);
  return hidden || name.startsWith("fields.") ? `fields.${name}` : name;
}

/** FNV-1a, as a part of one: what stands near each other must not have like values. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  // The last characters have hardly reached the upper bits.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) / 2 ** 32;
}
