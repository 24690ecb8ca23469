import type { Consumer } from "kafkajs";
import { reasonOf } from "../../errors.ts";
import type { Log } from "../../lib/log.ts";
import type { Partition } from "./partition.ts";
import { tagOf } from "./start.ts";

/** The group is told so often (ms) how far partitions were read. */
const EVERY = 500;

/** Tells the group how far partitions were read, once that is durable here. */
export interface Commits {
  /** Something became durable. */
  due(): void;
  /**
   * Tells it now. Never rejects: what could not be told is told soon, or read again by who gets the partition.
   * @returns whether the group knows all that is durable
   */
  now(): Promise<boolean>;
  close(): void;
}

/** @param owned partitions that are ours at present */
export function createCommits(
  consumer: Pick<Consumer, "commitOffsets">,
  owned: () => Iterable<Partition>,
  log: Log,
): Commits {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<unknown> = Promise.resolve();
  let closed = false;

  const commit = async (): Promise<boolean> => {
    const behind = [...owned()]
      .filter(({ durable, committed }) => durable > committed)
      .map((partition) => ({ partition, key: partition.key, offset: partition.durable }));
    if (behind.length === 0) return true;
    try {
      await consumer.commitOffsets(
        behind.map(({ partition: { topic, partition, count }, key, offset }) => ({
          topic,
          partition,
          offset: String(offset),
          metadata: tagOf(key, count),
        })),
      );
      for (const { partition, key, offset } of behind)
        if (partition.key === key) partition.committed = Math.max(partition.committed, offset);
      return true;
    } catch (error) {
      log.debug(`kafka: the group was not told how far we are: ${reasonOf(error)}`);
      due();
      return false;
    }
  };

  const now = (): Promise<boolean> => {
    clearTimeout(timer);
    timer = undefined;
    const told = running.then(commit);
    running = told;
    return told;
  };
  const due = (): void => {
    if (!closed) timer ??= setTimeout(() => void now(), EVERY);
  };

  return {
    due,
    now,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
