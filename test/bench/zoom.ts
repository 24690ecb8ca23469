import { cpSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { until } from "../helpers/until.ts";
import type { Bench } from "./bench.ts";
import { fill } from "./past.ts";
import { type Seen, toldOf, watch, watchFor } from "./seen.ts";
import { median, percentile } from "./statistics.ts";
import { type Row, spread } from "./table.ts";
import { openDashboardWindow, watchedLog } from "./window.ts";
import { whileWriting } from "./writer.ts";

/** Lines a second that come meanwhile, and for how long (ms) the live charts are looked at. */
const RATE = 5_000;
const LOOK = 15_000;
const [SHORTEST, LONGEST] = [300, 2_592_000];
/** From the month to minutes and back, so many times. */
const TURNS = 2;
/** Between two zooms, in ms. */
const PAUSE = 500;

interface Live extends Seen {
  /** How often a second the charts were drawn. */
  readonly rate: number;
}

interface Looks {
  readonly short: Live;
  readonly long: Live;
  readonly zooming: Seen;
  /** From each key to the charts of the new range, in ms. */
  readonly zooms: readonly number[];
}

/**
 * Row (m): the dashboard of a real window over a month of figures of many sources, more than a million points,
 * while 5,000 lines a second come: live on the shortest and on the longest range, then zoomed by keys.
 */
export async function zoom(bench: Bench): Promise<Row[]> {
  const past = mkdtempSync(join(bench.folder, "past-"));
  const points = fill(past, Date.now());
  bench.say(`a history of ${points} points`);
  const runs: Looks[] = [];
  for (let run = 1; run <= bench.runs; run++) {
    bench.say(`run ${run} of ${bench.runs}: the dashboard`);
    const folder = mkdtempSync(join(bench.folder, "zoom-"));
    cpSync(past, join(folder, ".data"), { recursive: true });
    runs.push(await look(folder, (bench.megabytes * 1e6) / bench.lines));
  }
  const told = (values: readonly number[], digits = 1) => spread(values, (value) => value.toFixed(digits));
  const seen = (of: (run: Looks) => Seen) => toldOf(runs.map(of), [0.5, 0.99, 1]);
  const many = `${(points / 1e6).toFixed(2)} M points of history`;
  const live = (range: string, of: (run: Looks) => Live): Row => {
    const p99 = median(runs.map((run) => percentile(of(run).frames, 0.99)));
    const rates = runs.map((run) => of(run).rate);
    return {
      what: `(m) dashboard, ${many}, 5,000 lines/s, live on ${range}`,
      measured: `${told(rates, 2)} updates a second; ${seen(of)}`,
      aim: { text: "frames p99 < 50 ms, ≥ 0.9 updates/s", met: p99 < 50 && median(rates) >= 0.9 },
    };
  };
  const slowest = runs.map(({ zooms }) => Math.max(...zooms));
  return [
    live("5 minutes", ({ short }) => short),
    live("30 days", ({ long }) => long),
    {
      what: `zoomed by keys, 30 days to minutes and back, ${runs[0]?.zooms.length} times`,
      measured:
        `from the key to the charts: median ${told(runs.map(({ zooms }) => median(zooms)))} ms, ` +
        `slowest ${told(slowest)} ms; ${seen(({ zooming }) => zooming)}`,
      aim: { text: "< 300 ms", met: median(slowest) < 300 },
    },
  ];
}

/** @param bytes of a line, on average */
async function look(folder: string, bytes: number): Promise<Looks> {
  const path = watchedLog(folder);
  writeFileSync(path, "");
  const { workbench, page } = await openDashboardWindow(folder, join(folder, ".data"));
  try {
    return await whileWriting({ path, rate: RATE, least: 0.8 * RATE, bytes }, async () => {
      await page.locator(`.ranges label:has([value="${LONGEST}"])`).click({ timeout: 60_000 });
      const legend = page.locator('[data-chart="lines"] .legend li');
      await until(async () => (await legend.count()) > 5, {
        timeout: 60_000,
        what: "the sources of the past",
      });
      await page.evaluate(DRAWINGS);
      const short = await live(page, SHORTEST);
      const long = await live(page, LONGEST);
      const seen = await watch(page);
      const zooms = await page.evaluate<number[]>(ZOOMS);
      return { short, long, zooming: await seen(), zooms };
    });
  } finally {
    await workbench.stop();
  }
}

async function live(page: Frame, range: number): Promise<Live> {
  await page.evaluate(`(async () => {
    const before = drawings.length;
    document.querySelector('.ranges input[value="${range}"]').click();
    while (drawings.length < before + 2) await new Promise(requestAnimationFrame);
  })()`);
  const before = await page.evaluate<number>("drawings.length");
  const seen = await watchFor(page, LOOK);
  const drawn = (await page.evaluate<number>("drawings.length")) - before;
  return { ...seen, rate: (drawn * 1000) / LOOK };
}

/** Notes when the first chart is drawn: it is cleared first, once each time. */
const DRAWINGS = `(() => {
  globalThis.drawings = [];
  const { clearRect } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.clearRect = function (...place) {
    if (this.canvas.closest('[data-chart="lines"]') && this.canvas.closest(".uplot")) {
      drawings.push(performance.now());
    }
    return clearRect.apply(this, place);
  };
})()`;

/**
 * Zooms in the page itself, so that nothing but the product's work is measured: marks the last part of the steps
 * and takes it, down to minutes, and goes back out to the month.
 */
const ZOOMS = `(async () => {
  const stage = document.querySelector('[data-chart="lines"] .stage');
  const press = (key, shiftKey = false) =>
    stage.dispatchEvent(new KeyboardEvent("keydown", { key, shiftKey, bubbles: true, cancelable: true }));
  const wait = (ms) => new Promise((done) => setTimeout(done, ms));
  // A chart whose lines are others is a new one.
  const wide = (part) =>
    Number.parseFloat(document.querySelector('[data-chart="lines"] .uplot ' + part).style.width);
  const width = () => Number(stage.getAttribute("aria-valuemax")) - Number(stage.getAttribute("aria-valuemin"));
  const times = [];
  const zoomed = async (act) => {
    const before = drawings.length;
    const began = performance.now();
    act();
    while (drawings.length === before) await new Promise(requestAnimationFrame);
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - began);
    await wait(${PAUSE});
  };
  stage.focus();
  for (let turn = 0; turn < ${TURNS}; turn++) {
    for (let all = width(); all > ${SHORTEST} * 1.2; all = width()) {
      press("End");
      // A tenth of the window at a time, to about a third of it.
      while (!(wide(".u-select") > 0.3 * wide(".u-over"))) press("PageUp", true);
      await zoomed(() => press("Enter"));
    }
    while (width() < ${LONGEST} * 0.9) await zoomed(() => press("-"));
  }
  return times;
})()`;
