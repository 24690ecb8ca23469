import { type FieldValue, LEVELS } from "../model.ts";
import type { SeeField } from "./columns.ts";
import { COMMON } from "./query.ts";
import type { Rows } from "./rows.ts";
import type { Window } from "./window.ts";
import { addNumber, createNumbers, NUMBER, type Numbers, type Spread, spreadOf } from "./window-numbers.ts";
import type { Part, Shelf } from "./window-parts.ts";
import { createSample, MOST, type Places } from "./window-sample.ts";
import { createTally, listed, type Tally, type Tops, topsOf } from "./window-tally.ts";

/** Fields that are counted, and told of; others are too many to be looked through. */
const FIELDS = 200;
const TOLD = 60;
const VALUES = 10;
/** Objects in objects are looked into so far. */
const DEPTH = 5;
/** A field has numbers when so large a part of its values is one. */
const NUMERIC = 0.9;
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

/** Which values the fields of a search's hits have, and how often, or a sample of them. */
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
  most: { readonly hits: number; readonly parts: number } = MOST,
): Facets {
  let fields = createFields();
  const sample = createSample(
    shelf,
    window.hits,
    {
      count: (part, rows, places) => fields.count(part, rows, places),
      restart() {
        fields = createFields();
      },
    },
    most,
  );
  return {
    work: sample.work,
    found() {
      const late = createFields();
      const waiting = sample.waiting(late.count);
      const names = new Set([...fields.byName.keys(), ...late.byName.keys()]);
      const all = [...names].map((name) =>
        facetOf(name, fields.byName.get(name) ?? createField(), late.byName.get(name) ?? createField()),
      );
      all.sort((a, b) => placeOf(a) - placeOf(b) || b.records - a.records || (a.name < b.name ? -1 : 1));
      const others = fields.others.size + Math.max(0, all.length - TOLD);
      const { counted, ...figures } = sample.figures();
      return { ...figures, counted: counted + waiting, fields: all.slice(0, TOLD), others };
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
    count({ file }: Part, rows: Rows, places: Places): void {
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
