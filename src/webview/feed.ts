import type { Series, SeriesRequest } from "../protocol/engine.ts";
import { mergeTail } from "./merge.ts";

/** The most steps of a chart: more than there are pixels to tell apart on a narrow one. */
const POINTS = 600;
/** Between two requests, in ms. */
const PAUSE = 1_000;
/** An engine that is silent sends no snapshot, but the window still moves on: this often, in ms. */
const SILENCE = 5_000;
/** Percentiles of the whole range need all of it: fetched anew this often, in ms, or after such a part of it. */
const WHOLE = 60_000;
const PART = 1 / 60;
/** Seconds before the end of what is had that may still change: figures are written a second late. */
const UNSETTLED = 5;

export interface Window {
  readonly series: Series;
  /** Seconds since the epoch; `until` is exclusive. */
  readonly from: number;
  readonly until: number;
  /** When the figures were asked for: a last step that ends later is not over yet. Seconds, with a fraction. */
  readonly at: number;
}

const fieldOf = ({ heat }: Wanted) => ({ brief: true, ...(heat && { heat }) });

interface Parts {
  readonly fetch: (request: SeriesRequest) => Promise<Series>;
  /** Tells the figures of the window. */
  readonly show: (window: Window) => void;
  /** Tells what `fetch` threw; the next try follows by itself. */
  readonly fail: (error: unknown) => void;
  /** ms since the epoch. */
  readonly now: () => number;
}

/** The last `range` seconds, or what is between two moments (whole seconds since the epoch). */
export interface Wanted {
  readonly range: number;
  readonly between?: { readonly from: number; readonly until: number } | undefined;
  /** The duration field whose heat map is wanted too. */
  readonly heat?: SeriesRequest["heat"];
}

/**
 * Keeps the figures of a window. Of one that ends now all of them when it is opened, then the newest steps only; so
 * of one of the past until nothing in it can change any more, and then all once more. One request at a time, at most
 * one a second, none while the page is hidden.
 */
export interface Feed {
  /** What is to be had from now on. */
  want(next: Wanted): void;
  setVisible(visible: boolean): void;
  /** There is something new. */
  poke(): void;
  dispose(): void;
}

export function createFeed({ fetch, show, fail, now }: Parts, first: Wanted): Feed {
  let wanted = first;
  /** Nothing in the window changes any more. */
  let settled = false;
  let visible = false;
  let history: Series | undefined;
  let wholeAt = 0;
  let last = Number.NEGATIVE_INFINITY;
  let busy = false;
  let poked = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const plan = (wait: number): void => {
    clearTimeout(timer);
    if (visible && !busy && !settled) timer = setTimeout(request, Math.max(0, wait));
  };

  const request = async (): Promise<void> => {
    busy = true;
    poked = false;
    last = now();
    const asked = wanted;
    // The present second is not over: it would look like a fall.
    const present = Math.floor(last / 1000);
    const { from, until } = asked.between ?? { from: present - asked.range, until: present };
    try {
      const over = asked.between !== undefined && until + UNSETTLED <= present;
      // When it is over all is asked for once more: percentiles of the whole don't follow from those of its parts.
      const merged = over ? undefined : await tail(from, until);
      const series = merged ?? (await fetch({ from, to: until, points: POINTS, ...fieldOf(asked) }));
      if (!merged) wholeAt = last;
      if (asked !== wanted) return;
      history = series;
      settled = over;
      show({ series, from, until, at: last / 1000 });
    } catch (error) {
      history = undefined;
      if (asked === wanted) fail(error);
    } finally {
      busy = false;
      plan(asked !== wanted ? 0 : last + (poked ? PAUSE : SILENCE) - now());
    }
  };

  /** History with its newest steps fetched again; undefined when all must be. */
  const tail = async (from: number, until: number): Promise<Series | undefined> => {
    const had = history;
    const newest = had?.times.at(-1);
    if (
      !had ||
      newest === undefined ||
      now() - wholeAt >= Math.max(WHOLE, (until - from) * 1000 * PART) ||
      newest < from
    )
      return undefined;
    const { step } = had;
    const begin = Math.max(had.times[0] ?? 0, newest - Math.ceil(UNSETTLED / step) * step);
    const end = Math.ceil(until / step) * step;
    // As many points as there are steps: any finer step would give more, so the answer has the same.
    const fresh = await fetch({
      from: begin,
      to: end,
      points: Math.max(1, (end - begin) / step),
      ...fieldOf(wanted),
    });
    return mergeTail(had, fresh, from);
  };

  return {
    want(next) {
      if (JSON.stringify(next) === JSON.stringify(wanted)) return;
      wanted = next;
      settled = false;
      history = undefined;
      plan(0);
    },
    setVisible(is) {
      if (is === visible) return;
      visible = is;
      if (visible) plan(0);
      else clearTimeout(timer);
    },
    poke() {
      poked = true;
      plan(last + PAUSE - now());
    },
    dispose() {
      visible = false;
      clearTimeout(timer);
    },
  };
}
