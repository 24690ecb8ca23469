import { hash, randomUUID } from "node:crypto";
import { reasonOf } from "../../errors.ts";
import { packMessages, partitionName } from "../../lib/messages.ts";
import type { Generation } from "../../spool/checkpoints.ts";
import type { Aside, Chunk, SourceContext, SourceRow } from "../source.ts";
import type { Intake } from "./intake.ts";
import { markerOf, type Own, readMarker } from "./start.ts";

/** One partition of a topic, as long as the source lives: also while another member of the group reads it. */
export interface Partition {
  readonly topic: string;
  readonly partition: number;
  /** As rows and records name it. */
  readonly path: string;
  /** What is durable of it here; undefined when nothing was ever read here. */
  readonly own: Own | undefined;
  /** The first half of its records' ids. @throws Error before it was begun */
  readonly key: string;
  /** The message that is to be read next. */
  readonly next: number;
  /** The same for after a kill. */
  readonly durable: number;
  /** The position that the group has, as far as this instance knows. */
  committed: number;
  /** The partitions that its topic had when the group began to read it. */
  count: number;
  /** The message that will come next to the broker, when last heard of. */
  high: number;
  /**
   * Reading goes on here.
   * @param key of its records; one that is none yet begins a new account
   * @param missed messages that the broker deleted before they were read
   */
  begin(next: number, key: string, missed: number): void;
  /** Hands messages on, in order; `settled` tells when they are durable. */
  take(intake: Intake): void;
  /** Resolves when what is to be put aside is, or never will be: nothing more is to be taken before; undefined: all is. */
  readonly held: Promise<void> | undefined;
  /** Messages before this one are not for us: marks of transactions, what was deleted. */
  pass(next: number): void;
  /** Resolves when all that was taken is durable. */
  readonly settled: Promise<void>;
  row(state: SourceRow["state"], reason?: string): SourceRow;
}

/**
 * @param known what earlier runs left of it, oldest first
 * @param stop what can't be put aside by then is read again by the next run
 */
export function createPartition(
  topic: string,
  partition: number,
  known: readonly Generation[],
  { id: source, checkpoints, emit, putAside, fail }: SourceContext,
  progressed: () => void,
  stop: AbortSignal,
): Partition {
  const path = partitionName(topic, partition);
  let generation = known.at(-1);
  const left = generation && readMarker(generation.marker);
  /** Offset of the next byte in the run of bytes that its messages make in the spool. */
  let at = generation?.offset ?? 0;
  let next = left?.next ?? 0;
  let durable = next;
  let committed = 0;
  let count = 0;
  let high = left?.high ?? 0;
  let aside = 0;
  let lost = 0;
  let lastRead: number | undefined;
  let settled: Promise<void> = Promise.resolve();
  let held: Promise<void> | undefined;

  /** Hands on in order, and what comes after messages that are put aside once these are on the disk. */
  const handOn = async (letters: readonly Aside[], chunk: Chunk | undefined): Promise<void> => {
    if (held || letters.length > 0) {
      const before = held ?? Promise.resolve();
      const mine = before.then(() => (letters.length > 0 ? putAside?.(letters, stop) : undefined));
      held = mine;
      await mine;
      if (held === mine) held = undefined;
    }
    if (chunk) await emit(chunk);
  };

  return {
    topic,
    partition,
    path,
    get own() {
      return generation && readMarker(generation.marker) ? { next: durable, key: generation.key } : undefined;
    },
    get key() {
      if (!generation) throw new Error(`${path} was not begun`);
      return generation.key;
    },
    get next() {
      return next;
    },
    get durable() {
      return durable;
    },
    get committed() {
      return committed;
    },
    set committed(offset) {
      committed = offset;
    },
    get count() {
      return count;
    },
    set count(partitions) {
      count = partitions;
    },
    get high() {
      return high;
    },
    set high(offset) {
      high = offset;
    },
    begin(from, key, missed) {
      lost += missed;
      if (generation?.key !== key) {
        if (generation) {
          generation.ended = true;
          checkpoints.save(generation);
        }
        const place = { source, path, device: 0, inode: 0, fingerprint: "", fingerprintLength: 0 };
        generation = checkpoints.create({ ...place, offset: 0, marker: markerOf(from, high), key });
        at = 0;
      } else if (generation.ended) {
        generation.ended = false;
        checkpoints.save(generation);
      }
      next = from;
      durable = from;
    },
    take({ messages, aside: letters, last }) {
      if (!generation) throw new Error(`${path} was not begun`);
      const after = last + 1;
      aside += letters.length;
      let chunk: Chunk | undefined;
      if (messages.length > 0) {
        const bytes = packMessages(messages);
        lastRead = Date.now();
        const marker = markerOf(after, Math.max(high, after));
        const start = at;
        at += bytes.length;
        const records = messages.length;
        chunk = { generation, start, bytes, records, marker, observed: lastRead, messages: true };
      }
      next = after;
      const before = settled;
      settled = Promise.all([before, handOn(letters, chunk)]).then(() => {
        durable = after;
        progressed();
      });
      settled.catch((error) => fail(new Error(`${path}: ${reasonOf(error)}`, { cause: error })));
    },
    pass(to) {
      if (to <= next) return;
      next = to;
      settled = settled.then(() => {
        durable = to;
        progressed();
      });
      settled.catch(() => {});
    },
    get held() {
      return held?.catch(() => {});
    },
    get settled() {
      return settled;
    },
    row(state, reason) {
      return {
        path,
        stream: true,
        state,
        ...(reason !== undefined && { reason }),
        ...(generation && { generation: generation.id }),
        offset: at,
        size: at,
        next,
        lag: Math.max(0, high - next),
        ...(aside > 0 && { aside }),
        ...(lost > 0 && { dropped: lost }),
        ...(lastRead !== undefined && { lastRead }),
      };
    },
  };
}

/**
 * The key of a partition that nobody has read yet. The group keeps it beside the position, before the first message is
 * handed on, so that it is the same on each instance. It is no hash of the partition's name alone: a topic that is
 * deleted and made anew counts from 0 again, and its messages must not get the ids of others.
 */
export function newKey(cluster: string, group: string, path: string): string {
  return hash("sha256", [cluster, group, path, randomUUID()].join("\0")).slice(0, 16);
}
