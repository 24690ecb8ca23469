import type { Message } from "kafkajs";
import { Rejected } from "../errors.ts";
import type { LogRecord } from "../model.ts";
import type { Outgoing } from "./kafka-messages.ts";

/** Brokers take 1 MiB in a batch by default: no more than this (bytes, before they are packed) goes into one request. */
const REQUEST_BYTES = 900_000;

/** A message with the partition that it goes to, which it names. */
export interface Placed extends Outgoing {
  readonly partition: number;
}

/**
 * Sends to each partition by itself, in order.
 *
 * A broker knows a batch that came before by its first number and its count. So a batch that was sent, and whose fate
 * is not known, goes again just as it was before anything else goes to its partition, however the records are cut
 * when they are given again, and whatever partition they would go to by now, when some were added: then it is there
 * once. kafkajs 2.2.4 gives no more than that for one partition: of a
 * request to several brokers it tells nobody which of them took theirs, and where a partition's new leader is one
 * that has answered already, the client takes the partition for sent.
 */
export interface Lanes {
  /** @returns why those failed that were not taken, by the record */
  send(placed: readonly Placed[]): Promise<ReadonlyMap<LogRecord, unknown>>;
  /** What was under way to a topic that is gone, or by a producer that is, no longer counts. */
  forget(topic?: string): void;
}

/**
 * @param send brings messages to a partition in one batch
 * @param verdictOf what a failure of `send` means: after Rejected the batch is known not to be there
 */
export function createLanes(
  send: (topic: string, partition: number, messages: Message[]) => Promise<void>,
  verdictOf: (error: unknown) => Error,
): Lanes {
  /** By topic and partition, the batch whose fate is not known. */
  const unsettled = new Map<string, readonly Placed[]>();
  /** Records that were taken with such a batch before they were asked for again. */
  const taken = new WeakSet<LogRecord>();

  const bring = async (lane: string, batch: readonly Placed[]): Promise<void> => {
    const [first] = batch;
    if (!first) return;
    unsettled.set(lane, batch);
    try {
      await send(
        first.topic,
        first.partition,
        batch.map(({ message }) => message),
      );
      unsettled.delete(lane);
    } catch (error) {
      if (verdictOf(error) instanceof Rejected) unsettled.delete(lane);
      throw error;
    }
  };

  const settle = async (lane: string): Promise<void> => {
    const batch = unsettled.get(lane);
    if (!batch) return;
    try {
      await bring(lane, batch);
      for (const { record } of batch) taken.add(record);
    } catch (error) {
      // Those that are given now are to be told by themselves from what is refused.
      if (!(verdictOf(error) instanceof Rejected)) throw error;
    }
  };

  const drive = async (lane: string, placed: readonly Placed[], failed: Map<LogRecord, unknown>) => {
    let left = placed;
    try {
      await settle(lane);
      left = placed.filter(({ record }) => !taken.delete(record));
      while (left.length > 0) {
        const batch = left.slice(0, countOf(left));
        await bring(lane, batch);
        left = left.slice(batch.length);
      }
    } catch (error) {
      for (const { record } of left) failed.set(record, error);
    }
  };

  return {
    async send(placed) {
      const held = new Map([...unsettled.values()].flat().map((one) => [one.record, one]));
      const byLane = new Map<string, Placed[]>();
      for (const given of placed) {
        const one = held.get(given.record) ?? given;
        const lane = laneOf(one.topic, one.partition);
        const others = byLane.get(lane);
        if (others) others.push(one);
        else byLane.set(lane, [one]);
      }
      const failed = new Map<LogRecord, unknown>();
      await Promise.all([...byLane].map(([lane, own]) => drive(lane, own, failed)));
      return failed;
    },
    forget(topic) {
      for (const lane of unsettled.keys()) {
        if (topic === undefined || lane.startsWith(`${topic}/`)) unsettled.delete(lane);
      }
    },
  };
}

/** A topic's name holds no slash. */
function laneOf(topic: string, partition: number): string {
  return `${topic}/${partition}`;
}

/** How many of them go into one request, at least one. */
function countOf(placed: readonly Placed[]): number {
  let bytes = 0;
  const over = placed.findIndex(({ size }, at) => {
    bytes += size;
    return at > 0 && bytes > REQUEST_BYTES;
  });
  return over === -1 ? placed.length : over;
}
