import { setTimeout as delay } from "node:timers/promises";
import type { Assigner, PartitionAssigner } from "kafkajs";

/** What is on its way is waited for so long (ms): well within what the group bears with a member that says nothing. */
const PATIENCE = 5_000;
/** So many times the client is kept from joining anew: it pauses for 100 to 800 ms between, and tries five times. */
const REFUSALS = 4;
/** A join that failed must not hold up reading for longer (ms). */
const JOINING = 5_000;

/**
 * What comes before partitions change hands: messages that were taken are to be durable, and the group is to know it,
 * before it may give their partition to another member, which would read them once more.
 */
export interface Handover {
  /** Resolves when all that was taken is durable and known to the group, or when that takes too long. */
  done(): Promise<void>;
  /** Deals partitions out as this one does, and keeps the client from joining anew before its time. */
  guard(assigner: PartitionAssigner): PartitionAssigner;
  /** The client is joining anew: what is taken now could be another member's. */
  readonly joining: boolean;
  /** It has joined. */
  joined(): void;
}

/**
 * @param pending whether messages were taken that the group does not know of
 * @param complete waits until they are durable, and tells it; never rejects
 */
export function createHandover(pending: () => boolean, complete: () => Promise<unknown>): Handover {
  let running: Promise<void> | undefined;
  let refusals = 0;
  let began: number | undefined;

  const run = async (): Promise<void> => {
    const patience = new AbortController();
    const late = delay(PATIENCE, undefined, { signal: patience.signal, ref: false });
    await Promise.race([complete(), late.catch(() => {})]);
    patience.abort();
    running = undefined;
  };
  const done = (): Promise<void> => {
    running ??= run();
    return running;
  };

  /** The client finds out in several places that the group is shared out anew; to this it comes from each. */
  const gate = (): void => {
    began = performance.now();
    if (!pending() || refusals >= REFUSALS) return;
    refusals += 1;
    void done();
    // By this name the client takes it for the group's answer, and tries again after a while.
    throw Object.assign(new Error("what was read is not durable yet"), { type: "REBALANCE_IN_PROGRESS" });
  };

  return {
    done,
    guard: (assigner) => (config) => {
      const own = assigner(config);
      const protocol: Assigner["protocol"] = (topics) => {
        gate();
        return own.protocol(topics);
      };
      return { ...own, protocol };
    },
    get joining() {
      return began !== undefined && performance.now() - began < JOINING;
    },
    joined() {
      refusals = 0;
      began = undefined;
    },
  };
}
