import { accessesOf } from "./access.ts";
import type { Rows } from "./rows.ts";
import type { Window } from "./window.ts";
import {
  addNumber,
  addNumbers,
  createNumbers,
  NUMBER,
  type Numbers,
  type Spread,
  spreadOf,
} from "./window-numbers.ts";
import type { Part, Shelf } from "./window-parts.ts";
import { createSample, MOST, type Places } from "./window-sample.ts";

export interface TrendFound {
  /** Hits that were looked at, of how many; `done`: no more will be. */
  readonly counted: number;
  readonly hits: number;
  readonly done: boolean;
  /** Start of the first step, ms since the epoch, and the width of each: those of the histogram. */
  readonly start: number;
  readonly step: number;
  /** Of each step; undefined where no hit has a number. */
  readonly steps: readonly (Spread | undefined)[];
  /** Of all steps together. */
  readonly overall: Spread | undefined;
}

/** How the numbers of one field of a search's hits are spread, step by step of its histogram. */
export interface Trend {
  /** Counts on for at least one part and about `budget` ms; false when nothing is left. */
  work(budget: number): boolean;
  found(): TrendFound;
}

/**
 * One sketch is kept for each step: as many as the histogram has points.
 * @param field as a query names it
 * @param window the search, which has to have looked at everything before the first call of `work`
 */
export function createTrend(
  shelf: Pick<Shelf, "peek">,
  window: Pick<Window, "hits" | "histogram">,
  field: string,
  points: number,
  most: { readonly hits: number; readonly parts: number } = MOST,
): Trend {
  const take = taker(field);
  let step = window.histogram(points).step;
  let steps: Steps = new Map();
  const sample = createSample(
    shelf,
    window.hits,
    {
      count: (part, rows, places) => take(part, rows, places, step, steps),
      restart() {
        steps = new Map();
      },
    },
    most,
  );

  /** Counts in the steps of the histogram, which become wider with time, and narrower when old hits are dropped. */
  const fit = (width: number): void => {
    if (width === step) return;
    if (width % step === 0) steps = widened(steps, width / step);
    else sample.again();
    step = width;
  };

  return {
    work(budget) {
      fit(window.histogram(points).step);
      return sample.work(budget);
    },
    found() {
      const { start, step: width, classes } = window.histogram(points);
      fit(width);
      const late: Steps = new Map();
      const waiting = sample.waiting((part, rows, places) => take(part, rows, places, step, late));
      const { counted, ...figures } = sample.figures();
      const length = Math.max(0, ...classes.map((column) => column.length));
      const all = createNumbers();
      const told = Array.from({ length }, (_, i) => {
        const own = [steps, late].flatMap((those) => those.get(start / step + i) ?? []);
        for (const numbers of own) addNumbers(all, numbers);
        const [first, second = createNumbers()] = own;
        return first && spreadOf(first, second);
      });
      const overall = spreadOf(all, createNumbers());
      return { ...figures, counted: counted + waiting, start, step, steps: told, overall };
    },
  };
}

/** Numbers by step: its start divided by its width. */
type Steps = Map<number, Numbers>;

function widened(steps: Steps, times: number): Steps {
  const wide: Steps = new Map();
  for (const [step, numbers] of steps) addNumbers(numbersAt(wide, Math.floor(step / times)), numbers);
  return wide;
}

function numbersAt(steps: Steps, step: number): Numbers {
  const known = steps.get(step);
  if (known) return known;
  const made = createNumbers();
  steps.set(step, made);
  return made;
}

/** Reads the numbers of a field as the facets and a query do. */
function taker(field: string) {
  // Of names that all records have and logs too, the log's: the other is no number.
  const read = accessesOf(field).at(-1);
  return ({ file }: Part, rows: Rows, places: Places, step: number, into: Steps): void => {
    for (const at of places) {
      const value = read?.(rows, at, file);
      if (typeof value === "number" || (typeof value === "string" && NUMBER.test(value)))
        addNumber(numbersAt(into, Math.floor(rows.time(at) / step)), Number(value));
    }
  };
}
