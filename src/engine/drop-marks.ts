import type { GivenUp, Spool } from "../spool/spool.ts";
import type { Decoder } from "./decode.ts";

/** Of the time that giving up blocks takes, at most one part in so many goes into finding out what time their lines tell. */
const SHARE = 10;
/** Files of which it is known; more are forgotten. */
const KNOWN = 1_000;

type Block = Pick<GivenUp, "seq" | "config" | "lines" | "sinks">;

/** Keeps where lines are given up, so that the log view can say so in their place. */
export interface DropMarks {
  /** Gives up the oldest block of the spool; undefined when it holds none. */
  dropOldest(): Block | undefined;
  /** So many lines each sink lacks of the block that was given up last. */
  note(lost: ReadonlyMap<string, number>): void;
}

/**
 * A block's lines tell their time only when they are parsed, which costs as much as reading them did. So under a load
 * that never ends some are not: theirs are told together with those before them in their file.
 */
export function createDropMarks(spool: Spool, decoder: Pick<Decoder, "decode">): DropMarks {
  /** Of each file generation the time (ms since the epoch) and source of lines given up. */
  const seen = new Map<number, { readonly time: number; readonly source: string }>();
  let last: { readonly time: number; readonly source: string } | undefined;
  let rested = Number.NEGATIVE_INFINITY;

  const look = (): void => {
    const { oldest } = spool;
    last = oldest && seen.get(oldest.generation);
    if (!oldest || (last && performance.now() < rested)) return;
    const began = performance.now();
    try {
      const block = spool.read(oldest.seq);
      if (block?.seq !== oldest.seq) return;
      const { source, records, observed } = decoder.decode(block);
      last = { time: records[0]?.time ?? observed, source };
      if (seen.size >= KNOWN) seen.clear();
      seen.set(block.generation, last);
    } catch {
      // What can't be read back is given up all the same.
    }
    const now = performance.now();
    rested = now + (now - began) * SHARE;
  };

  return {
    dropOldest() {
      look();
      return spool.dropOldest();
    },
    note(lost) {
      const sinks = [...lost].filter(([, lines]) => lines > 0);
      if (sinks.length > 0) spool.noteDrop({ ...(last ?? { time: Date.now(), source: "" }), sinks });
    },
  };
}
