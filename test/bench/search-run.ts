// One run of row (i), in a process of its own so that nothing is in its memory: prints times in ms as JSON.
import { createWindow, type Window, type WindowSearch } from "../../src/store/window.ts";
import { openShelf } from "../../src/store/window-parts.ts";

const [dataDir = "", since = "0"] = process.argv.slice(2);
const POINTS = 160;
const PAGE = 100;
const SLICE = 20;

const finish = (window: Window): Window => {
  while (window.work(SLICE));
  return window;
};

/** From nothing: the store is opened too. */
function timed(search: WindowSearch): { first: number; all: number; count: number } {
  const began = performance.now();
  const shelf = openShelf(dataDir);
  const window = createWindow(shelf, search, { points: POINTS });
  window.work(SLICE);
  window.rows(Math.max(0, window.figures().count - PAGE), PAGE);
  const first = performance.now() - began;
  finish(window).histogram(POINTS);
  const { count } = window.figures();
  const all = performance.now() - began;
  shelf.close();
  return { first, all, count };
}

/** Each key of a word, one after the other, as in a view that has been open for a while. */
function typed(word: string): number[] {
  const shelf = openShelf(dataDir);
  let before = finish(createWindow(shelf, { query: "", since: Number(since) }, { points: POINTS }));
  while (before.warm(SLICE));
  const times = [...word].map((_, i) => {
    const began = performance.now();
    const search = { query: word.slice(0, i + 1), since: Number(since) };
    before = finish(createWindow(shelf, search, { points: POINTS, before }));
    before.histogram(POINTS);
    return performance.now() - began;
  });
  shelf.close();
  return times;
}

const everything = timed({ query: "" });
const promoted = timed({ query: "status:404" });
const rare = timed({ query: "query=t1234567" });
const common = timed({ query: "items/5" });
process.stdout.write(JSON.stringify({ everything, promoted, rare, common, keys: typed("items/5") }));
