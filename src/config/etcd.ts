import { isDeepStrictEqual } from "node:util";
import { reasonOf } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";
import { createConcealer, maskedLog, secretsIn } from "../lib/conceal.ts";
import type { Log } from "../lib/log.ts";
import { createSync } from "../lib/sync.ts";
import type { EtcdFigures } from "../model.ts";
import {
  Compacted,
  createEtcdClient,
  type EtcdClient,
  type EtcdEvent,
  type EtcdValue,
} from "./etcd-client.ts";
import { type EtcdOptions, membersOf } from "./etcd-options.ts";

/** Between two looks (ms) at all keys: events get lost on the way, and so do connections, without a word. */
const LOOK = 30_000;
/** Several keys that are written one after the other are one change, with so much silence (ms) between them. */
const SETTLE = 50;
const FIRST_WAIT = 200;
const LONGEST_WAIT = 15_000;

/** Holds what the keys hold, for as long as it is followed. */
export interface EtcdFollower {
  /** Of these options, as they are; other ones need another follower. */
  follows(options: EtcdOptions, baseDir: string): boolean;
  /** What the keys hold; undefined where etcd was never reached. Waits for the first answer as long as for any. */
  values(): Promise<readonly EtcdValue[] | undefined>;
  figures(): Omit<EtcdFigures, "refused">;
  close(): Promise<void>;
}

interface Parts {
  readonly options: EtcdOptions;
  readonly baseDir: string;
  /** What options hold that is never to be shown, besides what their names tell. */
  readonly secrets?: readonly string[] | undefined;
  readonly log: Log;
  /** The keys hold something else. */
  changed(): void;
  /** The figures are others. */
  told(): void;
}

/**
 * Follows keys: reads them all, watches from there on, and begins anew whenever that ends: when etcd has forgotten
 * what lies between (compaction), when its leader is lost, when it is not to be reached. Meanwhile what was last
 * read stays.
 */
export function followEtcd({
  options,
  baseDir,
  secrets = [],
  log: whole,
  changed,
  told,
}: Parts): EtcdFollower {
  const wanted = options.key ?? options.prefix ?? "";
  const members = membersOf(options).map(({ host }) => host);
  const conceal = createConcealer([...secrets, ...secretsIn(options)]);
  const log = maskedLog(whole, conceal);
  const closing = new AbortController();
  const sync = createSync(async () => changed(), SETTLE);
  const wait = backoff({ base: FIRST_WAIT, cap: LONGEST_WAIT });
  let held: Map<string, EtcdValue> | undefined;
  let revision = 0;
  let state: EtcdFigures["state"] = "connecting";
  let since = Date.now();
  let error: string | undefined;
  let client: EtcdClient | undefined;
  /** Why members could not be asked, by the member, since it was last reached for a while. */
  const failures = new Map<string, string>();

  let reached: () => void = () => {};
  const first = new Promise<void>((resolve) => (reached = resolve));

  const become = (next: EtcdFigures["state"], reason?: string): void => {
    if (next === state && reason === error) return;
    const stays = held
      ? "the last good configuration stays"
      : "what an earlier run kept of it, if any, is taken";
    if (next === "down" && reason !== error) log.warn(`${reason}; ${stays}`);
    if (next === "connected" && state === "down") log.info(`etcd at ${client?.member} is back`);
    if (next !== state) since = Date.now();
    state = next;
    error = reason;
    told();
  };

  const put = (values: readonly EtcdValue[], at: number): void => {
    const next = new Map(values.map((value) => [value.key, value]));
    revision = at;
    const same = held && isDeepStrictEqual([...next.values()], [...held.values()]);
    const anew = held !== undefined;
    held = next;
    reached();
    told();
    if (!same && (anew || started)) void sync.request();
  };

  const take = (events: readonly EtcdEvent[], at: number): void => {
    const next = new Map(held);
    for (const { key, text, revision } of events) {
      if (text === undefined) next.delete(key);
      else next.set(key, { key, text, revision });
    }
    put([...next.values()].sort(byKey), Math.max(at, revision));
  };

  /** Ends with the error that ends the watch, or the look beside it. */
  const watch = async (from: EtcdClient): Promise<void> => {
    const ending = new AbortController();
    let failure: unknown;
    const look = setInterval(() => {
      from.read().then(
        // A read that took longer than an event knows less than is known.
        (read) => read.revision >= revision && put([...read.values].sort(byKey), read.revision),
        (reason) => {
          failure = reason;
          ending.abort();
        },
      );
    }, LOOK);
    try {
      await from.watch(revision + 1, take, AbortSignal.any([closing.signal, ending.signal]));
    } catch (reason) {
      throw failure ?? reason;
    } finally {
      clearInterval(look);
    }
  };

  /** What stands in the way of all members, in one order whichever was asked last; undefined while one is left. */
  const allFailed = (reason: string): string | undefined => {
    // Nobody was asked.
    if (!client) return reason;
    failures.set(client.member, reason);
    const reasons = members.map((member) => failures.get(member));
    if (reasons.includes(undefined)) log.debug(`${reason}: another member is asked`);
    return reasons.includes(undefined) ? undefined : [...new Set(reasons)].join("; ");
  };

  const run = async (): Promise<void> => {
    while (!closing.signal.aborted) {
      let reachedAt = Number.POSITIVE_INFINITY;
      try {
        client ??= await createEtcdClient(options, baseDir);
        const read = await client.read();
        put([...read.values].sort(byKey), read.revision);
        become("connected");
        wait.reset();
        failures.delete(client.member);
        reachedAt = performance.now();
        await watch(client);
      } catch (reason) {
        if (closing.signal.aborted) return;
        // What lies between is read anew at once; that is no fault of anybody.
        if (reason instanceof Compacted) {
          log.debug(`etcd at ${client?.member}: ${reason.message}: all keys are read anew`);
          continue;
        }
        // What was wrong with the others so long ago may be over.
        if (performance.now() - reachedAt > LONGEST_WAIT) failures.clear();
        const all = allFailed(conceal.text(reasonOf(reason)));
        client?.next();
        if (all === undefined) continue;
        become("down", all);
        reached();
        await pause(wait.next(FIRST_WAIT), closing.signal);
      }
    }
  };
  let started = false;
  const running = run();

  return {
    follows: (other, dir) => dir === baseDir && isDeepStrictEqual(other, options),
    async values() {
      await Promise.race([first, pause(options.timeout, closing.signal)]);
      started = true;
      return held && [...held.values()];
    },
    figures: () => ({
      state,
      members,
      at: wanted,
      since,
      revision,
      keys: held?.size ?? 0,
      kept: held === undefined,
      ...(error !== undefined && { error }),
    }),
    async close() {
      closing.abort();
      sync.dispose();
      client?.close();
      await running;
    },
  };
}

/** Keys in etcd's order, that of their bytes. */
function byKey(a: EtcdValue, b: EtcdValue): number {
  return Buffer.compare(Buffer.from(a.key), Buffer.from(b.key));
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
    if (signal.aborted) done();
  });
}

/** The keys as they are now, once. @throws what stands in the way */
export async function readEtcd(
  options: EtcdOptions,
  baseDir: string,
  secrets: readonly string[] = [],
): Promise<readonly EtcdValue[]> {
  const { error: shown } = createConcealer([...secrets, ...secretsIn(options)]);
  const client = await createEtcdClient(options, baseDir);
  try {
    let last: unknown;
    for (const _ of options.endpoints) {
      try {
        return (await client.read()).values;
      } catch (error) {
        last = error;
        client.next();
      }
    }
    throw shown(last);
  } finally {
    client.close();
  }
}
