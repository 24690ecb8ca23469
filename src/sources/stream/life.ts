import { setTimeout as delay } from "node:timers/promises";
import { reasonOf } from "../../errors.ts";
import type { SourceState } from "../../model.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Chunk, SourceContext, SourceRow } from "../source.ts";

/** What tells a generation of a stream: no file has inode 0. */
const NOWHERE = { device: 0, inode: 0, fingerprint: "", fingerprintLength: 0, offset: 0, marker: "" };
/** Of lives that have ended so many are remembered, each for so long (ms). */
const REMEMBERED = 200;
const FORGET_AFTER = 7 * 86_400_000;
/** When the database can't be written, it is tried again so often (ms). */
const TRY_AGAIN = 500;

/** Lines of a stream, at their place in it. */
export type Part = Pick<
  Chunk,
  "start" | "bytes" | "cut" | "escaped" | "skipped" | "records" | "apart" | "encoding"
>;

/**
 * One life of one stream, from its first byte to its end: a generation that is never taken up again, as what was
 * read of a stream can't be read once more. What became durable is delivered like all else.
 */
export interface Life {
  readonly path: string;
  readonly begun: boolean;
  /**
   * Makes its generation.
   * @param tidy whether old ones are forgotten too, which costs more the more there are
   * @throws what the database throws
   */
  begin(tidy?: boolean): void;
  /** The same, until it works or the signal is aborted. @returns whether it has begun */
  begunBy(signal: AbortSignal): Promise<boolean>;
  /**
   * Hands lines on, which follow those before; resolves, whatever becomes of them, when they are done with.
   * @param cuts how many of the records ended at a limit
   */
  hand(part: Part, cuts?: number): Promise<void>;
  /** Resolves when all that was handed on is done with. */
  readonly settled: Promise<void>;
  /** Nothing more will come: resolves when all of it is durable. */
  end(): Promise<void>;
  row(state: SourceState, reason?: string): SourceRow;
}

/** @param path what people are shown: `stdin`, `docker logs -f web` */
export function createLife(context: SourceContext, path: string): Life {
  const { checkpoints, id } = context;
  let generation: Generation | undefined;
  let offset = 0;
  let cutLines = 0;
  let lastRead: number | undefined;
  let settled: Promise<void> = Promise.resolve();

  const begin = (tidy = true): void => {
    if (generation) return;
    generation = checkpoints.create({ source: id, path, ...NOWHERE });
    if (tidy) forgetOld(context);
  };

  return {
    path,
    get begun() {
      return generation !== undefined;
    },
    begin,
    async begunBy(signal) {
      for (let tries = 0; ; tries++) {
        try {
          begin();
          return true;
        } catch (error) {
          if (tries === 0) context.log.warn(`source ${id}: ${path} can't be begun yet: ${reasonOf(error)}`);
        }
        if (signal.aborted) return false;
        await delay(TRY_AGAIN, undefined, { signal }).catch(() => {});
      }
    },
    hand({ skipped = 0, ...part }, cuts = part.cut ? 1 : 0) {
      if (!generation) throw new Error(`${path}: lines of a stream that has not begun`);
      lastRead = Date.now();
      cutLines += cuts;
      offset = part.start + part.bytes.length;
      const durable = context.emit({
        generation,
        ...part,
        marker: "",
        observed: lastRead,
        ...(skipped > 0 && { skipped }),
      });
      durable.catch(context.fail);
      settled = durable.catch(() => {});
      return settled;
    },
    get settled() {
      return settled;
    },
    async end() {
      await settled;
      if (!generation || generation.ended) return;
      generation.ended = true;
      try {
        checkpoints.save(generation);
      } catch {
        // The next start ends it; the spool says itself that it can't be written.
      }
    },
    row: (state, reason) => ({
      path,
      stream: true,
      state,
      ...(reason !== undefined && { reason }),
      ...(generation && { generation: generation.id }),
      offset,
      size: offset,
      ...(lastRead !== undefined && { lastRead }),
      ...(cutLines > 0 && { cutLines }),
    }),
  };
}

const isStream = ({ device, inode }: Generation): boolean => device === 0 && inode === 0;

/** To be called when a source starts: lives that a kill cut short are over. @throws what the database throws */
export function endOldLives({ checkpoints, id }: SourceContext): void {
  for (const generation of checkpoints.load(id)) {
    if (!isStream(generation) || generation.ended) continue;
    generation.ended = true;
    checkpoints.save(generation);
  }
}

/** Their lines stay in the account of the source; those that blocks still need stay too. */
function forgetOld({ checkpoints, id }: SourceContext): void {
  const ended = checkpoints.load(id).filter((one) => isStream(one) && one.ended);
  const old = (one: Generation): boolean => Date.now() - one.updated > FORGET_AFTER;
  for (const [at, one] of ended.entries())
    if (old(one) || at < ended.length - REMEMBERED) checkpoints.forget(one);
}
