import { mkdtempSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { until } from "../helpers/until.ts";
import type { Bench } from "./bench.ts";
import { generate } from "./child.ts";
import { median } from "./statistics.ts";
import { type Row, spread } from "./table.ts";
import { openLogWindow, watchedLog } from "./window.ts";
import { write } from "./writer.ts";

/** Lines that are in the store, and lines a second that come while keys are typed. */
const LINES = 1_000_000;
const RATE = 5_000;
const WORD = "items/5";
/** Between two keys, in ms: about as fast as people type. */
const STROKE = 300;

/**
 * Row (l): a word is typed into the query box of a real window over a million lines, while others come: from each
 * key to the first counts of what it finds and to those of all, as they stand on the page.
 */
export async function keys(bench: Bench): Promise<Row[]> {
  const runs: Times[] = [];
  for (let run = 1; run <= bench.runs; run++) {
    bench.say(`run ${run} of ${bench.runs}: keys in the log view`);
    runs.push(await type(mkdtempSync(join(bench.folder, "keys-"))));
  }
  const row = (what: string, of: (times: Times) => readonly number[]): Row => {
    const told = (values: readonly number[]) => spread(values, (value) => value.toFixed(0));
    const slowest = runs.map((times) => Math.max(...of(times)));
    return {
      what: `(l) ${what}, over 1 M lines while 5,000 lines/s come`,
      measured: `slowest ${told(slowest)} ms, median ${told(runs.map((times) => median(of(times))))} ms`,
      aim: { text: "< 100 ms", met: median(slowest) < 100 },
    };
  };
  return [
    row("from a key to its first counts on the page", ({ first }) => first),
    row("from a key to the counts of all lines", ({ all }) => all),
  ];
}

/** From each key to the first counts of what it searches for, and to those of all lines, in ms. */
interface Times {
  readonly first: number[];
  readonly all: number[];
}

async function type(folder: string): Promise<Times> {
  const path = watchedLog(folder);
  await generate(path, LINES);
  const { workbench, page } = await openLogWindow(folder);
  try {
    const state = page.locator(".state");
    await until(async () => numberIn(await state.textContent()) >= LINES, {
      timeout: 120_000,
      what: "all lines",
    });
    const writer = write(path, RATE, statSync(path).size / LINES);
    try {
      await until(async () => numberIn(await state.textContent()) >= LINES + RATE, { timeout: 60_000 });
      const times = await strokes(page);
      const reached = writer.reached();
      if (reached < 0.8 * RATE) throw new Error(`only ${reached.toFixed(0)} lines a second were written`);
      return times;
    } finally {
      await writer.stop();
    }
  } finally {
    await workbench.stop();
  }
}

/** The first number of a text, however its digits are grouped; 0 without one. */
const numberIn = (text: string | null): number =>
  Number(/[\d,.\u00a0]+/.exec(text ?? "")?.[0].replace(/\D/g, ""));

/** Types in the page itself, so that nothing but the page's own work is measured. */
function strokes(page: Frame): Promise<Times> {
  return page.evaluate<Times>(`(async () => {
    const input = document.querySelector("input.query");
    const state = document.querySelector(".state");
    const times = { first: [], all: [] };
    input.focus();
    for (const key of ${JSON.stringify(WORD)}) {
      await new Promise((resolve) => setTimeout(resolve, ${STROKE}));
      const before = Number(state.dataset.counted);
      const rises = (name) => new Promise((resolve) => {
        const observer = new MutationObserver(() => {
          if (Number(state.dataset[name]) <= before) return;
          observer.disconnect();
          resolve(performance.now() - began);
        });
        observer.observe(state, { attributes: true });
      });
      const [first, all] = [rises("counted"), rises("search")];
      const began = performance.now();
      input.setRangeText(key, input.value.length, input.value.length, "end");
      input.dispatchEvent(new InputEvent("input", { data: key, bubbles: true }));
      times.first.push(await first);
      times.all.push(await all);
    }
    return times;
  })()`);
}
