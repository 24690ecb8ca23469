import { UserError } from "../errors.ts";
import type { Key } from "../protocol/log-view.ts";
import { stepFor } from "../store/window-histogram.ts";
import { and, type Clause } from "./clause.ts";
import { timeRange } from "./compile.ts";
import { type Figures, type Step, stepsWithin } from "./figures.ts";
import { orderOf } from "./order.ts";
import { type Hit, isOf, nameOf } from "./record.ts";
import type { RemoteSearch } from "./search.ts";

/** Servers give hits up to this place of a query by their number (`index.max_result_window`). */
const REACH = 10_000;
/** A step with more hits is cut into smaller ones, at most so many. */
const DENSE = 5_000;
const FINER = 500;
/** So many times the next ten thousand are asked for, of hits that no time tells apart. */
const MOST_WALKS = 50;

/** The hits of a search as a list, in the order of their time. */
export interface Places {
  /** Hits from a place on, at most `count`. */
  hits(from: number, count: number): Promise<readonly Hit[]>;
  /** The place of the document of a key, or where it would be. */
  rank(key: Key): Promise<number>;
  /** The document of a key; undefined when it has gone, or is none of the hits. */
  find(key: Key): Promise<Hit | undefined>;
}

/** A stretch of time with the place of its first hit. */
interface Stretch extends Step {
  readonly place: number;
}

/**
 * A place is known by the counts of steps of time: what is asked for is near the beginning of one. Steps with very
 * many hits are cut into smaller ones when someone comes there.
 */
export function createPlaces(search: RemoteSearch, { steps }: Pick<Figures, "steps">): Places {
  const { time } = search.mapping.layout;
  const { paths: orders, told, sort: sortBy } = orderOf(search.mapping);
  const finer = new Map<string, Promise<readonly Step[]>>();
  const named = new Map<string, Hit>();

  const within = ({ start, width }: Pick<Step, "start" | "width">, open = false): Clause => {
    if (time === undefined) return search.all;
    const bounds = [timeRange(time, ">=", start), ...(open ? [] : [timeRange(time, "<", start + width)])];
    return and([search.all, ...bounds]);
  };
  const get = async (body: object): Promise<readonly Hit[]> =>
    (await search.ask({ track_total_hits: false, ...body })).hits;

  const stretchAt = (of: readonly Step[], place: number, from = 0): Stretch | undefined => {
    let before = from;
    for (const step of of) {
      if (place < before + step.count) return { ...step, place: before };
      before += step.count;
    }
    return undefined;
  };

  /** The narrowest stretch that is known around a place. */
  const narrow = async (place: number): Promise<Stretch | undefined> => {
    let stretch = stretchAt(steps, place);
    while (stretch && stretch.count > DENSE && stretch.width > 1 && time !== undefined) {
      const { start, width } = stretch;
      const step = stepFor(start, start + width - 1, FINER);
      const cut = finer.get(`${start} ${width}`) ?? stepsWithin(search, time, within(stretch), step);
      finer.set(`${start} ${width}`, cut);
      const next: Stretch | undefined = stretchAt(await cut, place, stretch.place);
      // It has fewer hits by now: the next look at the figures will tell.
      if (!next) break;
      stretch = next;
    }
    return stretch;
  };

  /** From a place within a stretch on, also beyond it. */
  const read = async (stretch: Stretch, at: number, size: number): Promise<readonly Hit[]> => {
    const query = within(stretch, true);
    if (at + size <= REACH) return get({ query, sort: sortBy("asc"), from: at, size });
    if (!told) {
      throw new UserError(
        `more than ${REACH.toLocaleString("en")} lines of one moment, and nothing in the index tells them apart: narrow the search`,
      );
    }
    const behind = stretch.count - at;
    if (time === undefined && behind <= REACH) {
      const back = await get({
        query,
        sort: sortBy("desc"),
        from: Math.max(0, behind - size),
        size: Math.min(size, behind),
      });
      return back.toReversed();
    }
    let after: readonly unknown[] | undefined;
    let left = at;
    for (let walks = 0; left > 0; walks++) {
      if (walks >= MOST_WALKS)
        throw new UserError("too many lines of one moment to be read by their place: narrow the search");
      const page = await get({
        query,
        sort: sortBy("asc"),
        size: Math.min(REACH, left),
        _source: false,
        ...(after && { search_after: after }),
      });
      after = page.at(-1)?.sort;
      if (page.length === 0 || !after) return [];
      left -= page.length;
    }
    return get({ query, sort: sortBy("asc"), size, ...(after && { search_after: after }) });
  };

  /** All of one millisecond, in their order, without what they hold. */
  const moment = ([at]: Key): Promise<readonly Hit[]> =>
    get({ query: within({ start: at, width: 1 }), sort: sortBy("asc"), size: REACH, _source: false });

  const remember = (hits: readonly Hit[]): readonly Hit[] => {
    if (named.size > REACH) named.clear();
    for (const { _index, _id, sort } of hits)
      named.set(nameOf({ _index, _id }).join(), { _index, _id, sort });
    return hits;
  };

  const untimedRank = async (key: Key): Promise<number> => {
    const known = named.get(key.slice(2).join());
    const [first] = known?.sort ?? [];
    const [path] = orders;
    if (first === undefined || path === undefined) return 0;
    const query = and([search.all, { range: { [path]: { lt: first } } }]);
    return (await search.ask({ size: 0, track_total_hits: true, query })).total;
  };

  return {
    async hits(from, count) {
      if (count === 0) return [];
      const stretch = await narrow(from);
      return stretch ? remember(await read(stretch, from - stretch.place, count)) : [];
    },
    async rank(key) {
      if (time === undefined) return untimedRank(key);
      const query = and([search.all, timeRange(time, "<", key[0])]);
      const [{ total }, hits] = await Promise.all([
        search.ask({ size: 0, track_total_hits: true, query }),
        moment(key),
      ]);
      return (
        total +
        Math.max(
          0,
          hits.findIndex((hit) => isOf(hit, key)),
        )
      );
    },
    async find(key) {
      const known = named.get(key.slice(2).join()) ?? (await moment(key)).find((hit) => isOf(hit, key));
      if (!known) return undefined;
      const query = and([search.all, { ids: { values: [known._id] } }]);
      const found = await get({ query, sort: sortBy("asc"), size: 100 });
      return found.find((hit) => isOf(hit, key));
    },
  };
}
