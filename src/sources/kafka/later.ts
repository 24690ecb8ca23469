import type { Admin } from "kafkajs";
import { z } from "zod";
import { reasonOf } from "../../errors.ts";
import type { Log } from "../../lib/log.ts";
import type { Checkpoints } from "../../spool/checkpoints.ts";

const noted = z.object({ cluster: z.string(), group: z.string(), topics: z.array(z.string()) });

/** Tells topics that were made after the group began to read from those that were there. */
export interface LaterTopics {
  /**
   * Takes note of all topics that there are.
   * @throws what the client throws
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
  wanted(topic: string): boolean;
}

/**
 * What was there at the first look is kept in the spool, so that it is known after a stop what came meanwhile. A topic
 * that is not to be read counts as one that was there: should it be asked for one day, it is begun as configured.
 */
export function createLaterTopics({ source, group, checkpoints, log, wanted }: Parts): LaterTopics {
  let old: ReadonlySet<string> | undefined;

  const kept = (cluster: string): ReadonlySet<string> | undefined => {
    const parsed = noted.safeParse(jsonOf(checkpoints.noted(source)));
    const same = parsed.success && parsed.data.cluster === cluster && parsed.data.group === group;
    return same ? new Set(parsed.data.topics) : undefined;
  };

  return {
    async look(there, admin, cluster) {
      const before = old ?? kept(cluster);
      const unread = before ? [] : await unreadIn(admin, group, there.filter(wanted), log);
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
 * Of a group that nobody is in it can't be told what it would have read.
 */
async function unreadIn(
  admin: Admin,
  group: string,
  topics: readonly string[],
  log: Log,
): Promise<readonly string[]> {
  try {
    const { groups } = await admin.describeGroups([group]);
    if (topics.length === 0 || groups.every(({ members }) => members.length === 0)) return [];
    const positions = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
    const read = positions.filter(({ partitions }) => partitions.some(({ offset }) => Number(offset) >= 0));
    if (read.length === 0) return [];
    const known = new Set(read.map(({ topic }) => topic));
    return topics.filter((topic) => !known.has(topic));
  } catch (error) {
    log.debug(`kafka: group ${group} was not looked at: ${reasonOf(error)}`);
    return [];
  }
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
