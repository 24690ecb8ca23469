import { UserError } from "../errors.ts";
import type { Watchdog } from "../lib/watchdog.ts";
import { LEVELS } from "../model.ts";
import type { Suggestion, Suggestions } from "../protocol/suggestions.ts";
import { accessesOf } from "./access.ts";
import { type Place, placeAt } from "./completion.ts";
import { COMMON, compileQuery } from "./query.ts";
import type { Rows } from "./rows.ts";
import type { WindowSearch } from "./window.ts";
import type { Part, Shelf } from "./window-parts.ts";
import { LONGEST, nameWritten, valueWritten } from "./written.ts";

/** What looking into the store may take, in ms: with the way to the page and back under the tenth of a second. */
const BUDGET = 25;
/** Rows between two looks at the clock. */
const TURN = 128;
/** Records of a block whose objects are looked into for names, and how deep. */
const LOOKED_INTO = 20;
const DEPTH = 3;
/** Offered at once. */
const MOST = 20;
/** Different values that are counted at most. */
const MOST_VALUES = 20_000;
/** What most searches are about; the others that every record has come after the log's own. */
const FIRST: readonly string[] = ["level", "source", "time", "message"];
const OPERATORS = ["AND", "OR", "NOT"];
const COMPARISONS = [">=", ">", "<=", "<"];

interface Within {
  readonly shelf: Shelf;
  readonly search: Omit<WindowSearch, "query">;
  readonly watchdog: Watchdog;
  /** How long it may look into the store, in ms. */
  readonly budget?: number;
}

/**
 * What can be written at a place of a query: names of fields that occur, operators, and of a field the values that
 * are most frequent in what the rest of the query finds. It looks at the newest records, as many as there is time for.
 */
export function suggest(within: Within, query: string, at: number): Suggestions {
  const place = placeAt(query, Math.min(at, query.length));
  const { from, until } = place;
  if (place.prefix === undefined) return { from, until, options: [] };
  return {
    from,
    until,
    ...(place.field === undefined ? names(within, place) : values(within, place, place.field)),
  };
}

type Found = Pick<Suggestions, "options" | "sampled">;

/** A field by its name, and as a query writes it. */
interface Known {
  readonly label: string;
  readonly written: string;
}

/** Fields that occur, as far as there is time to look, the most frequent of the log's own first. */
export function knownFields({ shelf, search, budget = BUDGET }: Omit<Within, "watchdog">): readonly Known[] {
  const found = new Map<string, number>();
  const deadline = performance.now() + budget;
  for (const { rows } of newest(shelf, search)) {
    for (const name of namesIn(rows)) found.set(name, (found.get(name) ?? 0) + rows.count);
    if (performance.now() > deadline) break;
  }
  const own = [...found]
    .sort((a, b) => b[1] - a[1])
    .flatMap(([label]) => {
      const written = nameWritten(label);
      return written === undefined || COMMON.includes(written) ? [] : [{ label, written }];
    });
  const common = (names: readonly string[]) => names.map((label) => ({ label, written: label }));
  return [...common(FIRST), ...own, ...common(COMMON.filter((name) => !FIRST.includes(name)))];
}

function names(within: Within, { prefix = "", follows }: Place): Found {
  const known = knownFields(within);
  const fields = known
    .filter(({ label }) => begins(label, prefix))
    .map(({ label, written }): Suggestion => ({ kind: "field", label, text: `${written}:` }));
  const operators = OPERATORS.filter(
    (name) => begins(name, prefix) && (name === "NOT" || follows) && name !== prefix,
  ).map((name): Suggestion => ({ kind: "operator", label: name, text: `${name} ` }));
  return { options: [...fields.slice(0, MOST - operators.length), ...operators] };
}

function values({ shelf, search, watchdog, budget = BUDGET }: Within, place: Place, field: string): Found {
  const { prefix = "", comparison } = place;
  if (field === "level")
    return { options: LEVELS.filter((level) => begins(level, prefix)).map(suggestionOf) };
  const comparisons: Suggestion[] =
    prefix === "" && comparison === "="
      ? COMPARISONS.map((label) => ({ kind: "operator", label, text: label }))
      : [];
  if (field === "time") return { options: comparisons };
  if (comparison !== "=") return { options: [] };
  const accesses = accessesOf(field);
  const matches = compileQuery(place.rest, watchdog, search.zone);
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY } = search;
  const levels = search.levels && [...LEVELS, "none" as const].map((level) => search.levels?.includes(level));
  const counts = new Map<string, number>();
  let numbers = false;
  let looked = 0;
  let whole = true;
  const deadline = performance.now() + budget;
  const count = ({ rows, part }: Opened): void => {
    for (let at = 0; at < rows.count; at++) {
      if (at % TURN === 0 && performance.now() > deadline) {
        whole = false;
        return;
      }
      looked++;
      const time = rows.time(at);
      if (time < since || time >= until) continue;
      if (levels && !levels[rows.level(at) ?? LEVELS.length]) continue;
      if (!matches(rows, at, part.file)) continue;
      for (const access of accesses) {
        const value = access(rows, at, part.file);
        if (value === undefined) continue;
        numbers ||= typeof value === "number";
        // Longer ones are written by their beginning.
        const text = String(value).slice(0, LONGEST + 1);
        if (begins(text, prefix) && (counts.has(text) || counts.size < MOST_VALUES))
          counts.set(text, (counts.get(text) ?? 0) + 1);
      }
    }
  };
  try {
    for (const opened of newest(shelf, search)) {
      count(opened);
      if (!whole) break;
    }
  } catch (error) {
    // An expression of the rest takes too long: the search itself says so.
    if (!(error instanceof UserError)) throw error;
    whole = false;
  }
  const options = [...counts]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .slice(0, MOST - (numbers ? comparisons.length : 0))
    .map(([value, times]) => ({ ...suggestionOf(value), count: times }));
  return { options: [...options, ...(numbers ? comparisons : [])], ...(!whole && { sampled: looked }) };
}

const suggestionOf = (value: string): Suggestion => ({
  kind: "value",
  label: value,
  text: valueWritten(value),
});

interface Opened {
  readonly part: Part;
  readonly rows: Rows;
}

/** What can be read of the range and sources of a search, the newest first. */
function* newest(shelf: Shelf, { since, until, sources }: Within["search"]): Generator<Opened, void, void> {
  const parts = shelf
    .parts()
    .filter(
      ({ file, minTime, maxTime }) =>
        (since === undefined || maxTime >= since) &&
        (until === undefined || minTime < until) &&
        (!sources || sources.includes(file.source)),
    )
    .sort((a, b) => b.maxTime - a.maxTime);
  for (const part of parts) {
    let rows: Rows | undefined;
    try {
      rows = shelf.open(part);
    } catch {
      // Damaged: the search tells of it.
    }
    if (rows) yield { part, rows };
  }
}

/** Fields of a run, and of the objects in its first records. */
function namesIn(rows: Rows): ReadonlySet<string> {
  const found = new Set<string>(rows.names());
  const look = (value: unknown, path: string, depth: number): void => {
    if (typeof value !== "object" || value === null || Array.isArray(value)) return;
    for (const [name, inner] of Object.entries(value)) {
      found.add(`${path}.${name}`);
      if (depth < DEPTH) look(inner, `${path}.${name}`, depth + 1);
    }
  };
  for (let at = 0; at < Math.min(rows.count, LOOKED_INTO); at++) {
    for (const [name, value] of Object.entries(rows.fields(at))) {
      found.add(name);
      look(value, name, 2);
    }
  }
  return found;
}

function begins(text: string, prefix: string): boolean {
  return text.slice(0, prefix.length).toLowerCase() === prefix.toLowerCase();
}
