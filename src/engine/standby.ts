import { existsSync } from "node:fs";
import { join } from "node:path";
import { openDatabase } from "../lib/database.ts";
import type { Snapshot } from "../model.ts";
import type { Series, SeriesRequest } from "../protocol/engine.ts";
import { createCheckpoints, type Generation } from "../spool/checkpoints.ts";
import { readSeries } from "../store/series-reader.ts";
import { askForFigures, readFigures } from "./figures-file.ts";
import { holderOf, tryLock } from "./lock.ts";

/** Between two tries to take over, in ms. */
const TRY = 500;

/** Stands behind another Log Monitor that runs on the same data folder: shows its figures until it ends. */
export interface Standby {
  readonly dataDir: string;
  /** The process that is followed; undefined when it has not told yet. */
  readonly holder: number | undefined;
  /** The last one of the other, marked `followed`; undefined before the first. */
  readonly snapshot: Snapshot | undefined;
  series(request: SeriesRequest): Series;
  checkpoints(): Generation[];
  close(): void;
}

interface Parts {
  readonly dataDir: string;
  /** There are new figures. */
  readonly changed: () => void;
  /** The folder is free. Whoever is quicker gets it: this is called again until `close`. */
  readonly free: () => Promise<void>;
}

export function createStandby({ dataDir, changed, free }: Parts): Standby {
  let holder = holderOf(dataDir);
  let stamp: string | undefined;
  let figures: Snapshot | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  const look = async (): Promise<void> => {
    const lock = attempt(dataDir);
    if (lock) {
      lock.release();
      await free();
    } else {
      askForFigures(dataDir);
      const now = holderOf(dataDir);
      const news = readFigures(dataDir, stamp);
      if (news) {
        ({ stamp } = news);
        figures = news.snapshot;
      }
      if (news || now !== holder) {
        holder = now;
        changed();
      }
    }
    if (!closed) timer = setTimeout(() => void look(), TRY);
  };
  timer = setTimeout(() => void look(), TRY);
  askForFigures(dataDir);

  return {
    dataDir,
    get holder() {
      return holder;
    },
    get snapshot() {
      return figures;
    },
    series: (request) => readSeries(dataDir, request),
    checkpoints() {
      const file = join(dataDir, "spool.db");
      if (!existsSync(file)) return [];
      const db = openDatabase(file, { readOnly: true });
      try {
        return createCheckpoints(db).all();
      } finally {
        db.close();
      }
    },
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** What stands in the way besides a holder will be told by whoever opens the folder. */
function attempt(dataDir: string): { release(): void } | undefined {
  try {
    return tryLock(dataDir);
  } catch {
    return { release() {} };
  }
}
