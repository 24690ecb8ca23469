import { open } from "node:fs/promises";
import { type ExportFormat, formatterOf } from "../lib/export-format.ts";
import type { Shown } from "../protocol/log-details.ts";
import { type Extent, isWithin } from "./extent.ts";
import { recordOf } from "./runs.ts";
import { createWindow, type WindowSearch } from "./window.ts";
import { blockOf, openShelf, type Shelf } from "./window-parts.ts";

/** How long (ms) is worked before others have their turn. */
const SLICE = 50;
/** Characters that are collected before they are written. */
const CHUNK = 1 << 18;
/** Between two notices of progress, in ms: each is drawn by the editor, which draws the log too. */
const OFTEN = 100;
/** Fields beyond so many have no column of their own. */
const MOST_COLUMNS = 200;

export interface Export {
  readonly dataDir: string;
  readonly search: WindowSearch;
  readonly path: string;
  readonly format: ExportFormat;
  /** Only what is shown of it. */
  readonly shown?: Shown | undefined;
}

/** How many records were written, of how many, and how many could not be read any more. */
export interface ExportFigures {
  readonly records: number;
  readonly total: number;
  readonly missing: number;
}

/**
 * Writes what a search finds at this moment to a new file, in the order of its time; some blocks are in memory at
 * a time.
 * @param progress told several times a second
 * @throws UserError for what is wrong with the query; what the file system throws, and then part of it is written
 */
export async function exportSearch(
  { dataDir, search, path, format, shown }: Export,
  progress: (figures: ExportFigures) => void,
): Promise<ExportFigures> {
  const shelf = openShelf(dataDir);
  const extent = shown?.extent;
  try {
    const window = createWindow(extent ? upTo(shelf, extent) : shelf, search);
    while (window.work(SLICE)) {
      await turn();
      await window.ready();
    }
    const names = new Set<string>();
    if (format === "csv") {
      for (const some of window.names()) {
        for (const name of some) if (names.size < MOST_COLUMNS) names.add(name);
        await turn();
      }
    }
    const { head, line } = formatterOf(format, [...names].sort());
    const total = shown?.count ?? window.figures().count;
    const missing = { records: 0 };
    const handle = await open(path, "wx");
    let [records, text, told] = [0, head, Number.NEGATIVE_INFINITY];
    const figures = (): ExportFigures => ({ records, total, missing: missing.records });
    try {
      for (const found of window.walk(missing)) {
        for (const one of found) {
          if (extent && !isWithin(extent, one.key)) continue;
          text += line(recordOf(one));
          records++;
          if (text.length < CHUNK) continue;
          await handle.writeFile(text);
          text = "";
          if (performance.now() - told < OFTEN) continue;
          told = performance.now();
          progress(figures());
        }
        await turn();
      }
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    // What was dropped since it was shown is not found at all.
    if (shown?.count !== undefined) missing.records = Math.max(0, shown.count - records);
    return figures();
  } finally {
    shelf.close();
  }
}

/** Without the blocks that came later. */
function upTo(shelf: Shelf, extent: Extent): Shelf {
  return {
    ...shelf,
    parts: () =>
      shelf
        .parts()
        .filter((part) => !part.whole || isWithin(extent, [part.minTime, 0, part.segment, blockOf(part)])),
  };
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
