import type { Frame } from "playwright-core";
import { median } from "./statistics.ts";
import { spread } from "./table.ts";

const WORD = "items/5";
/** Between two keys, in ms: about as fast as people type. */
const STROKE = 300;
/** How long (ms) a key may take, also on a machine that has much else to do. */
const PATIENCE = 300_000;

/** From each key to the first counts of what it searches for, and to those of all lines, in ms. */
export interface Strokes {
  readonly first: number[];
  readonly all: number[];
}

/** Types a word into the query box, in the page itself, so that nothing but the page's own work is measured. */
export function typeWord(page: Frame): Promise<Strokes> {
  return page.evaluate<Strokes>(`(async () => {
    const input = document.querySelector("input.query");
    const state = document.querySelector(".state");
    const times = { first: [], all: [] };
    input.focus();
    for (const key of ${JSON.stringify(WORD)}) {
      await new Promise((resolve) => setTimeout(resolve, ${STROKE}));
      const before = Number(state.dataset.counted);
      const rises = (name) => new Promise((resolve, reject) => {
        const observer = new MutationObserver(() => {
          if (Number(state.dataset[name]) <= before) return;
          observer.disconnect();
          clearTimeout(late);
          resolve(performance.now() - began);
        });
        observer.observe(state, { attributes: true });
        const late = setTimeout(() => {
          observer.disconnect();
          reject(new Error("the key " + key + " has no counts (" + name + "): " + state.textContent));
        }, ${PATIENCE});
      });
      const both = Promise.all([rises("counted"), rises("search")]);
      const began = performance.now();
      input.setRangeText(key, input.value.length, input.value.length, "end");
      input.dispatchEvent(new InputEvent("input", { data: key, bubbles: true }));
      const [first, all] = await both;
      times.first.push(first);
      times.all.push(all);
    }
    return times;
  })()`);
}

/** The slowest time (ms) of each run, and what is told of all. */
export function toldOfTimes(runs: readonly (readonly number[])[]): {
  readonly slowest: number[];
  readonly measured: string;
} {
  const told = (values: readonly number[]) => spread(values, (value) => value.toFixed(0));
  const slowest = runs.map((times) => Math.max(...times));
  return { slowest, measured: `slowest ${told(slowest)} ms, median ${told(runs.map(median))} ms` };
}
