import { setTimeout as delay } from "node:timers/promises";
import type { Admin, Batch, EachBatchPayload, Kafka, PartitionAssigner } from "kafkajs";
import { reasonOf } from "../../errors.ts";
import { partitionName } from "../../lib/messages.ts";
import type { SourceContext } from "../source.ts";
import { type Commits, createCommits } from "./commits.ts";
import { createHandover } from "./handover.ts";
import { intakesOf } from "./intake.ts";
import { type Assignment, takeUp } from "./membership.ts";
import type { KafkaSourceOptions } from "./options.ts";
import type { Partition } from "./partition.ts";

/** While nothing comes the broker answers after so many ms. */
const FETCH_WAIT = 1_000;
/** Most bytes of one answer, and of a partition in it. */
const FETCH_BYTES = 4 * 1024 * 1024;
const PARTITION_BYTES = 1024 * 1024;
/** Partitions that are handed on at once. */
const AT_ONCE = 4;
/** The group gives the partitions of a member away that was not heard of for so long (ms). */
export const SESSION = 10_000;
const HEARTBEAT = 2_000;
/** While there is no room the group hears of us so often (ms). */
const PATIENCE = 1_000;
const TRY_AGAIN = 500;
/** Positions that can't be asked for so long (ms) will not be: another connection may do better. */
const GIVE_UP = 10_000;
/** Partitions that were added to a topic are noticed within so many ms. */
const METADATA_AGE = 30_000;
/** A connection that is gone must not hold up the end for longer (ms). */
const PARTING = 10_000;
/** A group that is being shared out anew may take positions a little later (ms); it is told so many times. */
const TELL_AGAIN = 100;
const TOLD = 20;
/** What the client tries again by itself. All else ends the session, and the source begins another one. */
const RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false };

/** One membership in the group, from joining it to leaving it. */
export interface Session {
  /** Partitions that the group gave us; undefined until it did for the first time. */
  readonly owned: ReadonlyMap<string, Partition> | undefined;
  /** Resolves with what ended it; undefined when it was left on purpose. */
  readonly over: Promise<unknown>;
  /** Stops or goes on asking for messages; the membership stays. */
  pause(): void;
  resume(): void;
  /** Something became durable: the group is told soon. */
  due(): void;
  /** Tells the group now what is durable. @returns whether it knows */
  commit(): Promise<boolean>;
  /** Hands on nothing more, waits for what is on its way, and leaves the group. */
  leave(): Promise<void>;
}

interface Parts {
  readonly client: Kafka;
  /** How the members deal partitions out among them. */
  readonly assigner: PartitionAssigner;
  readonly admin: Admin;
  readonly cluster: string;
  readonly group: string;
  readonly topics: readonly string[];
  readonly options: KafkaSourceOptions;
  /** Whether a topic came after the source had begun to look: it is read whole. */
  isLater(topic: string): boolean;
  readonly context: Pick<SourceContext, "log" | "room" | "changed">;
  /** The source is ended: nothing is handed on any more. */
  readonly stopping: AbortSignal;
  paused(): boolean;
  partitionOf(topic: string, partition: number): Partition;
  /** Something was read, became durable, or is ours. */
  progressed(): void;
}

/**
 *   join ──▶ take up: where each partition is read on, known to the group ──▶ fetch ──▶ hand on ──▶ durable ──▶ commit
 *     ▲                                                                        │
 *     └── what was handed on is durable and committed first ◀── rebalance ─────┘
 * @throws what the client throws
 */
export async function join(parts: Parts): Promise<Session> {
  const { client, assigner, group, topics, options, context, stopping, paused, progressed } = parts;
  const { log } = context;
  const leaving = new AbortController();
  const over = Promise.withResolvers<unknown>();
  const fetching = Promise.withResolvers<void>();
  /** Counts what the group decided: what was begun under an earlier decision is void. */
  let turn = 0;
  let owned: Map<string, Partition> | undefined;
  let taken: Promise<void> = Promise.resolve();
  let crashed = false;
  const settled = (): Promise<unknown> =>
    Promise.all([...(owned?.values() ?? [])].map((one) => one.settled.catch(() => {})));
  const handover = createHandover(
    () => [...(owned?.values() ?? [])].some(({ next, committed }) => next > committed),
    () => settled().then(() => commits.now()),
  );
  const consumer = client.consumer({
    groupId: group,
    partitionAssigners: [handover.guard(assigner)],
    sessionTimeout: SESSION,
    heartbeatInterval: HEARTBEAT,
    maxWaitTimeInMs: FETCH_WAIT,
    maxBytes: FETCH_BYTES,
    maxBytesPerPartition: Math.max(PARTITION_BYTES, options.maxMessageBytes),
    metadataMaxAge: METADATA_AGE,
    allowAutoTopicCreation: false,
    retry: RETRY,
  });
  const commits: Commits = createCommits(consumer, () => owned?.values() ?? [], log);

  /** The client keeps what it knows of topics for 5 minutes, or until it is connected anew. */
  const renew = async (): Promise<void> => {
    await parts.admin.disconnect();
    await parts.admin.connect();
  };

  /** @param all whether these are all that are ours */
  const take = async (assignment: Assignment, mine: number, all: boolean): Promise<void> => {
    const valid = (): boolean => turn === mine && !leaving.signal.aborted && !stopping.aborted;
    // Before the client asks for messages it passes no positions on.
    await fetching.promise;
    const began = performance.now();
    while (valid()) {
      try {
        const { admin, cluster, partitionOf, isLater } = parts;
        const from = (topic: string) => (isLater(topic) ? "start" : options.from);
        const asked = { consumer, admin, cluster, group, from, renew, log, partitionOf };
        const partitions = await takeUp(assignment, asked, valid);
        if (!partitions) return;
        if (all || !owned) owned = new Map();
        for (const one of partitions) owned.set(one.path, one);
        progressed();
        return;
      } catch (error) {
        log.debug(`kafka: positions are not known yet: ${reasonOf(error)}`);
        if (performance.now() - began > GIVE_UP) return over.resolve(error);
        await delay(TRY_AGAIN, undefined, { signal: leaving.signal }).catch(() => {});
      }
    }
  };

  const { events } = consumer;
  consumer.on(events.FETCH_START, () => fetching.resolve());
  consumer.on(events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    const assignment: Assignment = Object.fromEntries(
      Object.entries(memberAssignment).map(([topic, numbers]) => [topic, numbers.map(Number)]),
    );
    const mine = ++turn;
    handover.joined();
    const ours = Object.entries(assignment).flatMap(([topic, numbers]) =>
      numbers.map((number) => partitionName(topic, number)),
    );
    log.info(
      `group ${group}: ${ours.length > 0 ? `reads ${ours.join(", ")}` : "others read all partitions"}`,
    );
    // Those that stay are ours meanwhile, and shown.
    for (const path of owned?.keys() ?? []) if (!ours.includes(path)) owned?.delete(path);
    taken = take(assignment, mine, true).catch((error) => over.resolve(error));
  });
  consumer.on(
    events.START_BATCH_PROCESS,
    ({ payload: { topic, partition, batchSize, lastOffset, highWatermark } }) => {
      if (batchSize > 0) return;
      const one = owned?.get(partitionName(topic, partition));
      if (one) one.high = Math.max(one.high, Number(highWatermark));
      one?.pass(Number(lastOffset) + 1);
    },
  );
  consumer.on(events.RECEIVED_UNSUBSCRIBED_TOPICS, ({ payload: { topicsNotSubscribed } }) => {
    log.warn(
      `group ${group} reads ${topicsNotSubscribed.join(", ")} too, which this source does not: give each choice of topics a group of its own`,
    );
  });
  consumer.on(events.CRASH, ({ payload: { error } }) => {
    crashed = true;
    over.resolve(error);
  });

  /** Waits, and has the group know that we live. @returns whether the partition is still ours */
  const hold = async (
    until: Promise<unknown> | undefined,
    { heartbeat }: EachBatchPayload,
  ): Promise<void> => {
    let done = until === undefined;
    void until?.finally(() => {
      done = true;
    });
    while (!done) {
      const patience = new AbortController();
      await Promise.race([until, delay(PATIENCE, undefined, patience)]);
      patience.abort();
      if (!done) await heartbeat();
    }
  };

  const handOn = async (payload: EachBatchPayload): Promise<void> => {
    const { batch, resolveOffset } = payload;
    const mine = turn;
    await hold(taken, payload);
    const partition = owned?.get(partitionName(batch.topic, batch.partition));
    const ends = (): boolean => leaving.signal.aborted || stopping.aborted || paused();
    const live = (): boolean => turn === mine && !handover.joining && !ends() && !payload.isStale();
    if (!partition || !live()) return;
    const asked = fetchedFrom(batch);
    if (asked !== undefined && asked !== partition.next) {
      // The broker did not have it any more, and the client went on elsewhere.
      return hold(take({ [batch.topic]: [batch.partition] }, mine, false), payload);
    }
    partition.high = Number(batch.highWatermark);
    for (const intake of intakesOf(batch.messages, partition, partition.next, options)) {
      await hold(context.room(leaving.signal), payload);
      await hold(partition.held, payload);
      if (!live()) return;
      partition.take(intake);
      resolveOffset(String(intake.last));
      progressed();
    }
    // With what comes after its last message: marks of transactions.
    partition.pass(Number(batch.lastOffset()) + 1);
    await payload.heartbeat();
  };

  const pause = (): void => consumer.pause(topics.map((topic) => ({ topic })));

  const tell = async (): Promise<void> => {
    for (let times = 0; !(await commits.now()) && !crashed && times < TOLD; times++) await delay(TELL_AGAIN);
  };

  const leave = async (): Promise<void> => {
    if (leaving.signal.aborted) return;
    leaving.abort();
    fetching.resolve();
    commits.close();
    try {
      pause();
    } catch {
      // It had not begun yet.
    }
    await settled();
    const parting = new AbortController();
    const farewell = tell().then(() => consumer.disconnect());
    await Promise.race([
      farewell.catch((error) => log.debug(`kafka: leaving the group: ${reasonOf(error)}`)),
      delay(PARTING, undefined, parting).catch(() => {}),
    ]);
    parting.abort();
    over.resolve(undefined);
  };

  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatchAutoResolve: false,
      partitionsConsumedConcurrently: AT_ONCE,
      async eachBatch(payload) {
        try {
          await handOn(payload);
        } catch (error) {
          // Most likely the group is shared out anew: others go on where it knows that we are.
          await handover.done();
          throw error;
        }
      },
    });
  } catch (error) {
    await leave();
    throw error;
  }
  if (paused()) pause();

  return {
    get owned() {
      return owned;
    },
    over: over.promise,
    pause,
    resume: () => consumer.resume(topics.map((topic) => ({ topic }))),
    due: commits.due,
    commit: commits.now,
    leave,
  };
}

/** The message that was asked for; the client knows and does not tell by its types. */
function fetchedFrom(batch: Batch): number | undefined {
  const { fetchedOffset } = batch as Batch & { readonly fetchedOffset?: unknown };
  return fetchedOffset === undefined ? undefined : Number(fetchedOffset);
}
