// One run of row (i), in a process of its own so that nothing is in its memory: prints times in ms as JSON.
import { Worker } from "node:worker_threads";
import { createCrew } from "../../src/store/crew.ts";
import { createWindow, type Window, type WindowSearch } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";

const [dataDir = "", since = "0"] = process.argv.slice(2);
const POINTS = 160;
const PAGE = 100;
const SLICE = 20;
/** Beside this one, on the machine that the figures are for. */
const THREADS = 1;
const crew = createCrew(() => new Worker(new URL("../../src/scan.ts", import.meta.url)), THREADS);

/** As views do. */
const finish = async (window: Window): Promise<Window> => {
  while (window.work(SLICE)) {
    await new Promise((resolve) => setImmediate(resolve));
    await window.ready();
  }
  return window;
};

/** From nothing: the store is opened too. */
async function timed(search: WindowSearch): Promise<{ first: number; all: number; count: number }> {
  const began = performance.now();
  const shelf = openShelf(dataDir);
  const window = createWindow(shelf, search, { points: POINTS, crew });
  window.work(SLICE);
  const found = window.figures().count;
  const page = window.rows(Math.max(0, found - PAGE), PAGE);
  if (page.length !== Math.min(PAGE, found)) throw new Error(`a page of ${page.length} of ${found}`);
  const first = performance.now() - began;
  (await finish(window)).histogram(POINTS);
  const { count } = window.figures();
  const all = performance.now() - began;
  shelf.close();
  return { first, all, count };
}

/** Each key of a word, one after the other, as in a view that has been open for a while. */
async function typed(word: string): Promise<number[]> {
  const shelf = openShelf(dataDir);
  let before = await finish(
    createWindow(shelf, { query: "", since: Number(since) }, { points: POINTS, crew }),
  );
  while (before.warm(SLICE));
  const times: number[] = [];
  for (let i = 1; i <= word.length; i++) {
    const began = performance.now();
    const search = { query: word.slice(0, i), since: Number(since) };
    before = await finish(createWindow(shelf, search, { points: POINTS, before, crew }));
    before.histogram(POINTS);
    times.push(performance.now() - began);
  }
  shelf.close();
  return times;
}

const everything = await timed({ query: "" });
const promoted = await timed({ query: "status:404" });
const rare = await timed({ query: "query=t1234567" });
const common = await timed({ query: "items/5" });
const keys = await typed("items/5");
crew.close();
process.stdout.write(JSON.stringify({ everything, promoted, rare, common, keys }));
