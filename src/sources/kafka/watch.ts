import { setTimeout as delay } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { reasonOf } from "../../errors.ts";
import type { Log } from "../../lib/log.ts";
import { partitionName } from "../../lib/messages.ts";
import type { Partition } from "./partition.ts";

/** Spans of time, in ms. */
export interface Pace {
  /** Topics that come and go are noticed within so long. */
  readonly lookAgain: number;
  /** How far the partitions' ends are is asked so often, for what lies unread while nothing is read. */
  readonly measure: number;
  /** A membership that brings nothing for so long, although the broker has more, is given up for another one. */
  readonly stalled: number;
}

export const PACE: Pace = { lookAgain: 10_000, measure: 5_000, stalled: 20_000 };

interface Parts {
  readonly source: string;
  /** `Kafka at 127.0.0.1:9092` */
  readonly place: string;
  readonly log: Log;
  readonly pace: Pace;
  /** Partitions that are ours at present; undefined: it is not known. */
  owned(): ReadonlyMap<string, Partition> | undefined;
  /** Topics that are to be read and exist. */
  topicsNow(): Promise<readonly string[]>;
  paused(): boolean;
  /** Undefined: what is read next has a place. */
  room(ended: AbortSignal): Promise<void> | undefined;
}

/** Looks at a membership from outside. Resolves when another one is due, or when `ended` is aborted. */
export type Watch = (admin: Admin, topics: readonly string[], ended: AbortSignal) => Promise<void>;

/** Asks for the ends of partitions as they are now. @throws what the client throws */
export async function measure(admin: Admin, partitions: ReadonlyMap<string, Partition>): Promise<void> {
  for (const topic of new Set([...partitions.values()].map((one) => one.topic))) {
    for (const { partition, high } of await admin.fetchTopicOffsets(topic)) {
      const one = partitions.get(partitionName(topic, partition));
      if (one) one.high = Math.max(one.next, Number(high));
    }
  }
}

/** What measures the lag, and notices topics that come or go and a client that stands still. */
export function createWatch(parts: Parts): Watch {
  const { source, place, log, pace, owned, topicsNow, paused, room } = parts;
  const ours = (): Partition[] => [...(owned()?.values() ?? [])];

  /** How far what is ours was read, as a text to compare. */
  const standing = (): string =>
    ours()
      .map(({ path, next }) => `${path} ${next}`)
      .join();
  /** There is more to read, or it is not known yet what, and there is room for it. */
  const isBehind = (ended: AbortSignal): boolean => {
    const more = !owned() || ours().some(({ next, high, held }) => next < high && !held);
    return more && room(ended) === undefined;
  };

  return async (admin, topics, ended) => {
    let looked = performance.now();
    let moved = looked;
    let before = "";
    while (!ended.aborted) {
      await delay(pace.measure, undefined, { signal: ended }).catch(() => {});
      if (ended.aborted) return;
      try {
        await measure(admin, owned() ?? new Map());
        const now = standing();
        if (now !== before || paused() || !isBehind(ended)) moved = performance.now();
        before = now;
        if (topics.length > 0 && performance.now() - moved > pace.stalled) {
          log.warn(
            `source ${source}: ${place} gives no messages although there are more: the group is joined anew`,
          );
          return;
        }
        if (performance.now() - looked < pace.lookAgain) continue;
        looked = performance.now();
        const there = await topicsNow();
        if (there.join() === topics.join()) continue;
        log.info(
          `source ${source}: the topics to be read have changed: ${there.join(", ") || "there are none"}`,
        );
        return;
      } catch (error) {
        // The session ends by itself when it can't go on.
        log.debug(`kafka: ${reasonOf(error)}`);
      }
    }
  };
}
