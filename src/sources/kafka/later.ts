import { setTimeout as delay } from "node:timers/promises";
import type { Admin, GroupDescription } from "kafkajs";
import { z } from "zod";
import { reasonOf } from "../../errors.ts";
import { loadKafkajs } from "../../lib/kafkajs.ts";
import type { Log } from "../../lib/log.ts";
import type { Checkpoints } from "../../spool/checkpoints.ts";
import { NO_POSITION } from "./start.ts";

/** A group that is being shared out is looked at so often (ms). */
const LOOK_AGAIN = 250;

const noted = z.object({ cluster: z.string(), group: z.string(), topics: z.array(z.string()) });

/** Tells topics that were made after the group began to read from those that were there. */
export interface LaterTopics {
  /**
   * Takes note of all topics that there are.
   * @throws what the client throws, and when it is stopped
   */
  look(there: readonly string[], admin: Admin, cluster: string): Promise<void>;
  /** Whether it came after the first look: such a topic is read whole. */
  isLater(topic: string): boolean;
}

interface Parts {
  readonly source: string;
  readonly group: string;
  readonly checkpoints: Pick<Checkpoints, "note" | "noted">;
  readonly log: Log;
  /** Ends the wait for a group. */
  readonly stop: AbortSignal;
  /** So long (ms) its members may take to begin with what they were given. */
  readonly patience: number;
  wanted(topic: string): boolean;
}

/**
 * What was there at the first look is kept in the spool, so that it is known after a stop what came meanwhile. A topic
 * that is not to be read counts as one that was there: should it be asked for one day, it is begun as configured.
 */
export function createLaterTopics(parts: Parts): LaterTopics {
  const { source, group, checkpoints, wanted } = parts;
  let old: ReadonlySet<string> | undefined;

  const kept = (cluster: string): ReadonlySet<string> | undefined => {
    const parsed = noted.safeParse(jsonOf(checkpoints.noted(source)));
    const same = parsed.success && parsed.data.cluster === cluster && parsed.data.group === group;
    return same ? new Set(parsed.data.topics) : undefined;
  };

  return {
    async look(there, admin, cluster) {
      const before = old ?? kept(cluster);
      const unread = before ? [] : await unreadIn(admin, there.filter(wanted), parts);
      const isOld = (topic: string): boolean =>
        before ? before.has(topic) || !wanted(topic) : !unread.includes(topic);
      const topics = there.filter(isOld);
      if (topics.length !== before?.size || topics.some((topic) => !before.has(topic)))
        checkpoints.note(source, JSON.stringify({ cluster, group, topics }));
      old = new Set(topics);
    },
    isLater: (topic) => old?.has(topic) === false,
  };
}

/**
 * Topics that came since a group began whose members are at work: they have a position in each topic that they knew.
 * Of a group that nobody is in it can't be told what it would have read, nor of one whose members are only about to
 * begin with what they were given: what they have not begun yet need not be new.
 */
async function unreadIn(
  admin: Admin,
  topics: readonly string[],
  { group, log, stop, patience }: Parts,
): Promise<readonly string[]> {
  try {
    for (const began = performance.now(); ; ) {
      const { groups } = await admin.describeGroups([group]);
      if (topics.length === 0 || groups.every(({ members }) => members.length === 0)) return [];
      const positions = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      const read = new Map(
        positions.map(({ topic, partitions }) => [
          topic,
          new Set(
            partitions.filter(({ offset }) => offset !== NO_POSITION).map(({ partition }) => partition),
          ),
        ]),
      );
      const unread = topics.filter((topic) => !read.get(topic)?.size);
      if (unread.length === 0 || unread.length === topics.length) return [];
      if (await isSettled(groups, read)) return unread;
      if (performance.now() - began > patience) return [];
      await delay(LOOK_AGAIN, undefined, { signal: stop });
    }
  } catch (error) {
    // What was not looked at must not be noted.
    stop.throwIfAborted();
    log.debug(`kafka: group ${group} was not looked at: ${reasonOf(error)}`);
    return [];
  }
}

/** Whether members know what is theirs, and the group has a position in all of it. */
async function isSettled(
  groups: readonly GroupDescription[],
  read: ReadonlyMap<string, ReadonlySet<number>>,
): Promise<boolean> {
  const { AssignerProtocol } = await loadKafkajs();
  return groups.every(
    ({ state, members }) =>
      state === "Stable" &&
      members.every(({ memberAssignment }) => {
        const { assignment = {} } = AssignerProtocol.MemberAssignment.decode(memberAssignment) ?? {};
        return Object.entries(assignment).every(([topic, numbers]) => {
          const begun = read.get(topic);
          return !begun || numbers.every((number) => begun.has(number));
        });
      }),
  );
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
