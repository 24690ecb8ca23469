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
  /** Tells it now. Never rejects: what the group does not know is read again, and known again by its ids. */
  now(): Promise<void>;
  close(): void;
}

/** @param owned partitions that are ours at present */
export function createCommits(
  consumer: Pick<Consumer, "commitOffsets">,
  owned: () => Iterable<Partition>,
  log: Log,
): Commits {
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  let closed = false;

  const commit = async (): Promise<void> => {
    const behind = [...owned()]
      .filter(({ durable, committed }) => durable > committed)
      .map((partition) => ({ partition, offset: partition.durable }));
    if (behind.length === 0) return;
    try {
      await consumer.commitOffsets(
        behind.map(({ partition: { topic, partition, key }, offset }) => ({
          topic,
          partition,
          offset: String(offset),
          metadata: tagOf(key),
        })),
      );
      for (const { partition, offset } of behind) partition.committed = Math.max(partition.committed, offset);
    } catch (error) {
      log.debug(`kafka: the group was not told how far we are: ${reasonOf(error)}`);
    }
  };

  const now = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    running = running.then(commit);
    return running;
  };

  return {
    due() {
      if (!closed) timer ??= setTimeout(() => void now(), EVERY);
    },
    now,
    close() {
      closed = true;
      clearTimeout(timer);
    },
  };
}
