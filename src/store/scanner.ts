import { join } from "node:path";
import type { DatabaseSync } from "node:sqlite";
import { reasonOf, UserError } from "../errors.ts";
import { createBlockReader } from "./blocks.ts";
import { createQueryWatchdog } from "./expression.ts";
import { openReadOnly } from "./reader.ts";
import type { Rows } from "./rows.ts";
import { segmentName } from "./schema.ts";
import { type Condition, type Hits, hitsOf, nothing } from "./window-hits.ts";
import { blockOf, type Part } from "./window-parts.ts";
import { compileSelect, type Select } from "./window-select.ts";

/** Parts that another thread looks at, whole ones, and what it looks for. */
export interface ScanJob {
  readonly dataDir: string;
  readonly query: string;
  readonly zone?: string | undefined;
  readonly condition: Omit<Condition, "select">;
  readonly parts: readonly Omit<Part, "cells">[];
}

/** What was found in each part of a job, which took so many ms. */
export interface ScanFound {
  readonly hits: readonly Omit<Hits, "part">[];
  readonly took: number;
}

/** Or why nothing more is looked at, in words for people. */
export type ScanAnswer = ScanFound | { readonly refusal: string };

/** Looks at parts as a window would. */
export interface Scanner {
  scan(job: ScanJob): ScanAnswer;
  /** Closes what is open: a segment that is dropped takes up room as long as somebody has it open. */
  rest(): void;
}

export function createScanner(): Scanner {
  const watchdog = createQueryWatchdog();
  const segments = new Map<string, { readonly db: DatabaseSync; readonly block: (id: number) => Rows }>();
  let compiled:
    | { readonly query: string; readonly zone: string | undefined; readonly select: Select }
    | undefined;

  const selectOf = ({ query, zone }: ScanJob): Select => {
    if (compiled?.query !== query || compiled.zone !== zone)
      compiled = { query, zone, select: compileSelect(query, watchdog, zone) };
    return compiled.select;
  };

  const read = (dataDir: string, part: Part): Rows => {
    const path = join(dataDir, "store", segmentName(part.segment));
    let segment = segments.get(path);
    if (!segment) {
      const db = openReadOnly(path);
      if (!db) throw new Error("it was dropped to make room");
      segment = { db, block: createBlockReader(db) };
      segments.set(path, segment);
    }
    return segment.block(blockOf(part));
  };

  return {
    scan(job) {
      const { dataDir, condition, parts } = job;
      const began = performance.now();
      try {
        const select = selectOf(job);
        const hits = parts.map((sent) => {
          const part = { ...sent, cells: undefined };
          try {
            return partless(hitsOf(part, read(dataDir, part), { ...condition, select }));
          } catch (error) {
            if (error instanceof UserError) throw error;
            return partless(nothing(part, true));
          }
        });
        return { hits, took: performance.now() - began };
      } catch (error) {
        // One that was stopped refuses all from then on: the same may be searched for once more, and in less.
        compiled = undefined;
        return { refusal: reasonOf(error) };
      }
    },
    rest() {
      for (const { db } of segments.values()) db.close();
      segments.clear();
    },
  };
}

function partless({ part: _, ...hits }: Hits): Omit<Hits, "part"> {
  return hits;
}
