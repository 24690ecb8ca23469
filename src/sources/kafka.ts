import { resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { backoff } from "../lib/backoff.ts";
import { setUpClient } from "../lib/kafka-client.ts";
import { loadKafkajs } from "../lib/kafkajs.ts";
import { partitionName, topicOf } from "../lib/messages.ts";
import { createTopicFilter } from "../lib/topic-filter.ts";
import { checkKafka } from "./kafka/check.ts";
import { createLaterTopics } from "./kafka/later.ts";
import { type KafkaSourceOptions, kafkaOptions } from "./kafka/options.ts";
import { createPartition, type Partition } from "./kafka/partition.ts";
import { join, SESSION, type Session } from "./kafka/session.ts";
import { troubleOf } from "./kafka/trouble.ts";
import { patientCodec } from "./kafka/undecodable.ts";
import { createWatch, measure, PACE, type Pace } from "./kafka/watch.ts";
import type { Source, SourceContext, SourceDefinition } from "./source.ts";

/** At least and at most so long (ms) until a broker that can't be reached is tried again. */
const AGAIN = 500;
const AGAIN_LATEST = 15_000;
/** So many tries in a row that fail are no passing trouble: whoever waits for an end waits no longer. */
const HOPELESS = 3;
/** A connection that does not come must not hold up the end for longer (ms). */
const PARTING = 5_000;
/** Other members of the group may take so long (ms) to begin with what they were given. */
const BEGINNING = 10_000;
/** What the client tries again by itself where it only asks. */
const RETRY = { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 };

/** Reads topics of Kafka as a member of a consumer group: each message is a record. */
export const kafkaSource: SourceDefinition<typeof kafkaOptions> = {
  type: "kafka",
  options: kafkaOptions,
  whole: true,
  resolve: (options, baseDir) => ({ ...options, ...absolute(options, baseDir) }),
  check: checkKafka,
  create: (options, context) => createKafkaSource(options, context),
};

function absolute(options: KafkaSourceOptions, baseDir: string): Partial<KafkaSourceOptions> {
  const { oauth } = options;
  const files: Record<string, string> = {};
  for (const key of ["ca", "cert", "keyFile"] as const) {
    const file = options[key];
    if (file !== undefined) files[key] = resolve(baseDir, file);
  }
  return {
    ...files,
    ...(oauth?.ca !== undefined && { oauth: { ...oauth, ca: resolve(baseDir, oauth.ca) } }),
  };
}

/** @param pace how often it looks what there is, and how long it bears with a membership that brings nothing */
export function createKafkaSource(
  options: KafkaSourceOptions,
  context: SourceContext,
  pace: Pace = PACE,
): Source {
  const { id, log, checkpoints, changed } = context;
  const place = `Kafka at ${options.brokers.join(", ")}`;
  const group = options.group ?? `log-monitor.${id}`;
  const wanted = createTopicFilter(options);
  const stopping = new AbortController();
  const partitions = new Map<string, Partition>();
  let session: Session | undefined;
  /** Whom to ask how far partitions go; undefined: there is no connection. */
  let asked: Admin | undefined;
  let paused = false;
  /** Why nothing is read, since when it is so. */
  let trouble: string | undefined;
  /** Tries in a row that ended in trouble. */
  let failures = 0;
  /** Topics that were named and are not there. */
  let missing: readonly string[] = [];
  const later = createLaterTopics({
    ...{ source: id, group, checkpoints, log, wanted },
    ...{ stop: stopping.signal, patience: BEGINNING },
  });
  let running: Promise<void> = Promise.resolve();
  let waiters: (() => void)[] = [];

  const progressed = (): void => {
    const waiting = waiters;
    waiters = [];
    for (const look of waiting) look();
    changed();
  };
  /** Resolves when something may have changed, or the source is stopped. */
  const progress = (): Promise<void> => new Promise((look) => waiters.push(look));

  const say = (text: string): void => {
    if (text !== trouble) log.warn(`source ${id}: ${text}`);
    trouble = text;
    progressed();
  };

  const known = checkpoints.load(id).filter(({ path }) => topicOf(path) !== undefined);
  const partitionOf = (topic: string, number: number): Partition => {
    const path = partitionName(topic, number);
    let partition = partitions.get(path);
    if (!partition) {
      const own = known.filter((generation) => generation.path === path);
      const became = (): void => {
        session?.due();
        progressed();
      };
      partition = createPartition(topic, number, own, context, became, stopping.signal);
      partitions.set(path, partition);
    }
    return partition;
  };

  const topicsNow = async (admin: Admin, cluster: string): Promise<string[]> => {
    const there = await admin.listTopics();
    await later.look(there, admin, cluster);
    missing = (options.topics ?? []).filter((topic) => !there.includes(topic));
    return there.filter(wanted).sort();
  };

  const nothing = (): string => {
    if (options.topics === undefined) return `${place}: no topic matches pattern ${options.pattern} yet`;
    const [one, ...more] = missing;
    const names = more.length > 0 ? `the topics ${missing.join(", ")} do` : `the topic ${one} does`;
    return `${place}: ${names} not exist, or the user may not see ${more.length > 0 ? "them" : "it"}: create ${more.length > 0 ? "them" : "it"}, or correct topics`;
  };

  const seen = {
    source: id,
    place,
    log,
    pace,
    owned: () => session?.owned,
    paused: () => paused,
    room: (ended: AbortSignal) => context.room(ended),
  };

  /** From reaching a broker to losing it, or to other topics. @throws what stands in the way */
  const attend = async (): Promise<void> => {
    const kafkajs = await loadKafkajs();
    for (const [type, codec] of Object.entries(kafkajs.CompressionCodecs))
      Object.assign(kafkajs.CompressionCodecs, { [type]: patientCodec(codec) });
    const { config, close } = await setUpClient(options, "", log);
    // The group answers when it has given up a member that was killed.
    const requestTimeout = Math.max(options.timeout, SESSION + PARTING);
    const client = new kafkajs.Kafka({ ...config, requestTimeout, retry: RETRY });
    const admin = client.admin({ retry: RETRY });
    const ended = new AbortController();
    const end = (): void => ended.abort();
    stopping.signal.addEventListener("abort", end, { once: true });
    try {
      await admin.connect();
      const { clusterId } = await admin.describeCluster();
      const topics = await topicsNow(admin, clusterId);
      const watch = createWatch({ ...seen, topicsNow: () => topicsNow(admin, clusterId) });
      if (topics.length === 0) {
        say(nothing());
        return await watch(admin, topics, ended.signal);
      }
      const of = { cluster: clusterId, group, topics, stopping: stopping.signal };
      const assigner = kafkajs.PartitionAssigners.roundRobin;
      const { isLater } = later;
      const parts = { client, assigner, admin, ...of, options, isLater, context };
      const joined = await join({ ...parts, paused: () => paused, partitionOf, progressed });
      session = joined;
      asked = admin;
      if (stopping.signal.aborted) return;
      if (trouble !== undefined) log.info(`source ${id}: ${place} is read again`);
      trouble = undefined;
      progressed();
      const watching = watch(admin, topics, ended.signal);
      const failure = await Promise.race([joined.over, watching]);
      if (failure !== undefined) throw failure;
    } finally {
      ended.abort();
      stopping.signal.removeEventListener("abort", end);
      await session?.leave();
      session = undefined;
      asked = undefined;
      await admin.disconnect().catch(() => {});
      close();
    }
  };

  const run = async (): Promise<void> => {
    const wait = backoff({ base: 2 * AGAIN, cap: AGAIN_LATEST });
    while (!stopping.signal.aborted) {
      const began = performance.now();
      try {
        await attend();
        wait.reset();
        failures = 0;
      } catch (error) {
        if (stopping.signal.aborted) break;
        // One that ran for a while is worth a quick try.
        if (performance.now() - began > AGAIN_LATEST) {
          wait.reset();
          failures = 0;
        }
        failures += 1;
        say(troubleOf(error, place));
        await delay(wait.next(AGAIN), undefined, { signal: stopping.signal }).catch(() => {});
      }
    }
  };

  const stateNow = (): ReturnType<Source["state"]> => {
    if (paused) return { state: "paused" };
    const owned = session?.owned;
    if (!owned) {
      if (trouble === undefined) return { state: "starting" };
      return { state: trouble === nothing() ? "waiting" : "failed", reason: trouble };
    }
    if (owned.size === 0)
      return { state: "waiting", reason: `the other members of group ${group} read all partitions` };
    return { state: "watching" };
  };

  return {
    async start() {
      running = run().catch((error) => context.fail(error));
    },
    async stop() {
      stopping.abort();
      await session?.leave();
      progressed();
      const patience = new AbortController();
      // Who is just asking for a connection waits for the answer, and hands on nothing.
      await Promise.race([running, delay(PARTING, undefined, patience).catch(() => {})]);
      patience.abort();
    },
    pause() {
      paused = true;
      session?.pause();
      changed();
    },
    resume() {
      paused = false;
      session?.resume();
      changed();
    },
    async drain() {
      // Of partitions that were ours before it is known how far they went some seconds ago.
      if (asked) await measure(asked, session?.owned ?? new Map()).catch(() => {});
      /** Of each partition that was ours meanwhile, where it ended when it became so. */
      const ends = new Map<string, number>();
      // Between two memberships it is not known what is ours, so what is unread neither.
      const unread = (): boolean => {
        const { owned } = session ?? {};
        if (!owned) return failures < HOPELESS && trouble !== nothing();
        for (const { path, high } of owned.values()) if (!ends.has(path)) ends.set(path, high);
        return [...owned.values()].some(({ path, next }) => next < (ends.get(path) ?? 0));
      };
      while (unread() && !paused && !stopping.signal.aborted) await progress();
      await Promise.all([...partitions.values()].map(({ settled }) => settled));
      await session?.commit();
    },
    state: stateNow,
    files() {
      const { state } = stateNow();
      const rows = [...(session?.owned?.values() ?? [])].map((one) => one.row(state));
      for (const topic of missing) {
        const reason = "the topic does not exist, or the user may not see it: create it, or correct topics";
        rows.push({ path: topic, stream: true, state: "waiting", reason, offset: 0, size: 0 });
      }
      return rows;
    },
  };
}
