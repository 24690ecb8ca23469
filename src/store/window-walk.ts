import type { Rows } from "./rows.ts";
import { compareKeys } from "./window-cut.ts";
import type { Hits } from "./window-hits.ts";
import type { Found } from "./window-ranks.ts";

/** What of a walk could not be read. */
export interface Missing {
  records: number;
}

interface Run {
  readonly hits: Hits;
  /** What waits for a block is held from the start: it is another thing a moment later. */
  rows: Rows | undefined;
  /** How many of the hits were passed. */
  at: number;
}

/**
 * All that was found, in its order, as it is when the walk begins; in memory are the blocks around one moment.
 * @param open reads a part; what can't be read any more is counted in `missing`
 */
export function* walkHits(
  looked: Iterable<Hits>,
  open: (hits: Hits) => Rows | undefined,
  missing: Missing,
): Generator<Found[], void, void> {
  const waiting = [...looked].filter(({ count }) => count > 0).sort((a, b) => a.minTime - b.minTime);
  const opened = (hits: Hits): Rows | undefined => {
    try {
      return open(hits);
    } catch {
      return undefined;
    }
  };
  const held = new Map(
    waiting.filter(({ part }) => !part.whole).map((hits) => [hits, opened(hits)] as const),
  );
  const moments = [...new Set(waiting.flatMap(({ minTime, maxTime }) => [minTime, maxTime + 1]))];
  moments.sort((a, b) => a - b);
  let [next, active] = [0, [] as Run[]];
  for (const until of moments) {
    const found: Found[] = [];
    for (const run of active) take(run, until, found);
    active = active.filter(({ hits: { maxTime } }) => maxTime >= until);
    for (; next < waiting.length && (waiting[next] as Hits).minTime <= until; next++) {
      const hits = waiting[next] as Hits;
      const rows = held.get(hits) ?? opened(hits);
      held.delete(hits);
      if (rows) active.push({ hits, rows, at: 0 });
      else missing.records += hits.count;
    }
    if (found.length > 0) yield found.sort((a, b) => compareKeys(a.key, b.key));
  }
}

/** Takes from a run what comes before a moment. */
function take(run: Run, until: number, found: Found[]): void {
  const { hits, rows } = run;
  const { part, places } = hits;
  if (!rows || !places) return;
  for (; run.at < places.length; run.at++) {
    const at = places[run.at] as number;
    if (rows.time(at) >= until) return;
    const key = [rows.time(at), rows.nanos(at), part.segment, rows.id(at)] as const;
    found.push({ key, rows, at, file: part.file });
  }
}
