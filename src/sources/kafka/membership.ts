import type { Admin, Consumer } from "kafkajs";
import type { Log } from "../../lib/log.ts";
import { partitionName } from "../../lib/messages.ts";
import { newKey, type Partition } from "./partition.ts";
import { committedOf, isKnown, NO_POSITION, type Start, startOf, tagOf } from "./start.ts";

/** Topics with the numbers of their partitions. */
export type Assignment = Readonly<Record<string, readonly number[]>>;

interface Parts {
  readonly consumer: Pick<Consumer, "commitOffsets" | "seek">;
  readonly admin: Pick<Admin, "fetchOffsets" | "fetchTopicOffsets" | "fetchTopicOffsetsByTimestamp">;
  readonly cluster: string;
  readonly group: string;
  readonly log: Log;
  /** Where to begin in a topic that the group has not read; a number: so many ms ago. */
  from(topic: string): "start" | "end" | number;
  /** Has `admin` ask anew for what it has learnt of topics: it may be minutes old. */
  renew(): Promise<void>;
  partitionOf(topic: string, partition: number): Partition;
}

interface Place {
  readonly partition: Partition;
  readonly start: Start;
  /** What the group has is not what it is to have. */
  readonly pin: boolean;
  readonly key: string;
  /** The partitions that the topic had when the group began to read it. */
  readonly count: number;
}

/**
 * Takes up partitions that the group gave us: finds where each is to be read on, and has the group know that before
 * anything of it is handed on.
 * @param valid whether they are still ours
 * @returns undefined when they are no more
 * @throws what the client throws
 */
export async function takeUp(
  assignment: Assignment,
  parts: Parts,
  valid: () => boolean,
): Promise<readonly Partition[] | undefined> {
  const places: Place[] = [];
  for (const [topic, numbers] of Object.entries(assignment)) {
    if (numbers.length === 0) continue;
    const partitions = numbers.map((number) => parts.partitionOf(topic, number));
    // What is still on its way to the disk is ours too.
    await Promise.all(partitions.map(({ settled }) => settled));
    places.push(...(await placesIn(topic, partitions, parts)));
  }
  if (!valid()) return undefined;
  const pins = places
    .filter(({ pin }) => pin)
    .map(({ partition: { topic, partition }, start, key, count }) => ({
      topic,
      partition,
      offset: String(start.next),
      metadata: tagOf(key, count),
    }));
  if (pins.length > 0) await parts.consumer.commitOffsets(pins);
  if (!valid()) return undefined;
  for (const { partition, start, key, count } of places) {
    tell(partition, start, parts.log);
    partition.begin(start.next, key, start.lost);
    partition.committed = start.next;
    partition.count = count;
    const { topic } = partition;
    parts.consumer.seek({ topic, partition: partition.partition, offset: String(start.next) });
  }
  return places.map(({ partition }) => partition);
}

async function placesIn(topic: string, partitions: readonly Partition[], parts: Parts): Promise<Place[]> {
  const { admin, group, cluster } = parts;
  const from = parts.from(topic);
  const [offsets] = await admin.fetchOffsets({ groupId: group, topics: [topic] });
  const committed = new Map(
    (offsets?.partitions ?? []).map(({ partition, offset, metadata }) => [
      partition,
      committedOf(offset, metadata),
    ]),
  );
  const ends = new Map(
    (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => [
      partition,
      { low: Number(low), high: Number(high) },
    ]),
  );
  // A partition may be younger than what the client knows of its topic. Without its end it can't be told from one of a
  // topic made anew, and without the group's position from one that nobody has read.
  const known = (number: number): boolean => ends.has(number) && committed.has(number);
  if (!partitions.every(({ partition }) => known(partition))) {
    await parts.renew();
    throw new Error(`not all partitions of ${topic} are known yet`);
  }
  // The client writes -2 where the broker had deleted what comes next: that was a position, too.
  const read = new Set(
    (offsets?.partitions ?? [])
      .filter(({ offset }) => offset !== NO_POSITION)
      .map(({ partition }) => partition),
  );
  // Positions that others have say nothing of this one: those who begin together have theirs one after the other. A
  // topic that was deleted and made anew may have fewer partitions.
  const counts = [...committed.values()].flatMap((one) => one?.count ?? []);
  const count = Math.min(ends.size, ...counts);
  const isWhole = (number: number): boolean => from === "start" || read.has(number) || number >= count;
  const since =
    typeof from === "number" && !partitions.every(({ partition }) => isWhole(partition))
      ? await admin.fetchTopicOffsetsByTimestamp(topic, Date.now() - from)
      : [];
  return partitions.map((partition) => {
    const number = partition.partition;
    const { low, high } = ends.get(number) ?? { low: 0, high: 0 };
    const first = since.find((one) => one.partition === number);
    // A partition that was added to a topic that is read is new as a whole.
    const otherwise = isWhole(number) ? low : Number(first?.offset ?? high);
    const before = committed.get(number);
    partition.high = high;
    const start = startOf({ own: partition.own, committed: before, low, high, otherwise });
    const key = start.key ?? newKey(cluster, group, partitionName(topic, number));
    return { partition, start, key, count, pin: !isKnown({ next: start.next, key }, before) };
  });
}

function tell({ path, own }: Partition, { next, lost, anew, key }: Start, log: Log): void {
  if (anew !== undefined) {
    log.warn(
      `${path} ends before message ${anew}, to which it was read: its topic was made anew, and is read from message ${next} on`,
    );
  }
  if (lost > 0) {
    log.warn(
      `${path}: the broker deleted ${lost} messages before they were read: give the topic a longer retention, or this source more time`,
    );
  }
  if (own && key !== undefined && next < own.next)
    log.warn(
      `${path} is read again from message ${next}: someone set the group's position back from ${own.next}`,
    );
}
