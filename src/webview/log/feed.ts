import type { Key, Progress, Row, RowsAnswer, RowsRequest } from "../../protocol/log-view.ts";
import { sameKey } from "./keys.ts";

/** Rows asked for at once, and kept: what a page of a screen needs many times over. */
const PAGE = 100;
const KEPT = 3_000;

interface Parts {
  readonly fetch: (request: RowsRequest) => Promise<RowsAnswer>;
  /** Rows have come, or are other ones. */
  readonly changed: () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * The rows of one search by their place, fetched as they are wanted. What has changed is shown as it was until it
 * has come anew, so that nothing flickers.
 */
export interface LogFeed {
  /** Rows are to be fetched anew: they are to have other fields. */
  renew(): void;
  /** A search has begun: what was had is of another. */
  begin(search: number): void;
  progress(progress: Progress): void;
  readonly count: number;
  row(place: number): Row | undefined;
  /** Another row may stand there by now: it is asked for. */
  isStale(place: number): boolean;
  /** These are in sight: what lacks of them is fetched, one page at a time, the latest wish first. */
  want(from: number, until: number): void;
  /** The place of a record now, with the rows around it; undefined when a search has begun since. */
  locate(key: Key): Promise<number | undefined>;
  /** The place after a record, or after where it was; undefined as above. */
  behind(key: Key): Promise<number | undefined>;
  /** The last record; undefined as above, and when there is none. */
  last(): Promise<Key | undefined>;
}

export function createLogFeed({ fetch, changed, fail }: Parts): LogFeed {
  let search = -1;
  let version = 0;
  let count = 0;
  /** Rises with each `renew`: what was asked for before it lacks fields. */
  let round = 0;
  const rows = new Map<number, Row>();
  /** Places whose rows may be others by now. */
  const stale = new Set<number>();
  let wish: readonly [from: number, until: number] | undefined;
  let busy = false;

  /** The first place in a stretch whose row lacks, or is out of date. */
  const lacking = ([from, until]: readonly [number, number]): number | undefined => {
    for (let place = from; place < until; place++) if (!rows.has(place) || stale.has(place)) return place;
    return undefined;
  };

  const take = (answer: RowsAnswer): boolean => {
    // An answer that a notice has overtaken is of places that are others now.
    if (answer.search !== search || answer.version !== version) return false;
    for (const [i, row] of answer.rows.entries()) {
      rows.set(answer.from + i, row);
      stale.delete(answer.from + i);
    }
    if (rows.size > KEPT) {
      const [from, until] = wish ?? [answer.from, answer.from + PAGE];
      for (const place of rows.keys()) {
        if (place >= from - PAGE && place < until + PAGE) continue;
        rows.delete(place);
        stale.delete(place);
      }
    }
    return true;
  };

  /** Undefined: another search has replaced it meanwhile, of which nobody need be told. */
  const read = async (request: Omit<RowsRequest, "search">): Promise<RowsAnswer | undefined> => {
    const asked = search;
    try {
      const answer = await fetch({ search, ...request });
      return asked === search ? answer : undefined;
    } catch (error) {
      if (asked === search) throw error;
      return undefined;
    }
  };

  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      for (let tries = 0; wish && tries < 20; tries++) {
        const wanted = wish;
        const first = lacking(wanted);
        if (first === undefined) break;
        const then = round;
        const answer = await read({ from: first, count: PAGE });
        if (!answer || then !== round) continue;
        const taken = take(answer);
        // There are none, unless something else is wanted by now.
        if (taken && answer.rows.length === 0 && wish === wanted) break;
        if (taken) changed();
      }
    } catch (error) {
      fail(error);
    } finally {
      busy = false;
    }
  };

  /** An answer that is of the rows as they are now. */
  const ask = async (request: () => Omit<RowsRequest, "search">): Promise<RowsAnswer | undefined> => {
    for (let tries = 0; tries < 5; tries++) {
      const then = round;
      const answer = await read(request());
      if (!answer) return undefined;
      if (then === round && take(answer)) return answer;
    }
    return undefined;
  };

  return {
    get count() {
      return count;
    },
    renew() {
      round++;
      for (const place of rows.keys()) stale.add(place);
      void work();
    },
    begin(next) {
      search = next;
      version = 0;
      for (const place of rows.keys()) stale.add(place);
    },
    progress(progress) {
      if (progress.search !== search || progress.version <= version) return;
      ({ version, count } = progress);
      for (const place of rows.keys()) {
        if (place >= count) rows.delete(place);
        else if (progress.changedFrom !== null && place >= progress.changedFrom) stale.add(place);
      }
      if (!wish) return;
      wish = [Math.min(wish[0], count), Math.min(wish[1], count)];
      void work();
    },
    row: (place) => rows.get(place),
    isStale: (place) => stale.has(place),
    want(from, until) {
      wish = [Math.max(0, from), Math.min(count, until)];
      void work();
    },
    locate: async (key) => (await ask(() => ({ from: { key, before: PAGE }, count: 2 * PAGE })))?.at,
    async behind(key) {
      const answer = await ask(() => ({ from: { key, before: 0 }, count: 1 }));
      const [row] = answer?.rows ?? [];
      return answer && answer.at + (row && sameKey(row.key, key) ? 1 : 0);
    },
    last: async () => (await ask(() => ({ from: Math.max(0, count - 1), count: 1 })))?.rows[0]?.key,
  };
}
