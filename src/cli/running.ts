import { setTimeout as delay } from "node:timers/promises";
import { askForFigures, readFigures } from "../engine/figures-file.ts";
import { holderOf } from "../engine/lock.ts";
import { counted } from "../lib/counted.ts";
import type { EtcdFigures, SinkFigures } from "../model.ts";
import { etcdText } from "../protocol/explain.ts";
import { inEnglish } from "../protocol/fate.ts";

/** How long (ms) whoever runs on the folder may take to show its figures, which it does once a second. */
const PATIENCE = 2_500;

/** What the process that runs on a data folder tells of its sinks, and of etcd. */
export interface Running {
  readonly process: number;
  /** Where a part of the configuration comes from it. */
  readonly etcd?: EtcdFigures;
  readonly sinks: readonly Pick<
    SinkFigures,
    | "id"
    | "state"
    | "consent"
    | "breaker"
    | "delivered"
    | "dead"
    | "replayed"
    | "deadWaiting"
    | "replaying"
    | "folded"
    | "leftOut"
    | "retries"
    | "lastError"
  >[];
  /** Partitions of topics that it reads now. */
  readonly partitions?: readonly {
    readonly source: string;
    readonly path: string;
    readonly next: number;
    readonly lag: number;
  }[];
}

/** Asks whoever runs on a data folder; undefined when nobody does, or none that answers. */
export async function askRunning(dataDir: string): Promise<Running | undefined> {
  const holder = holderOf(dataDir);
  if (holder === undefined || !lives(holder)) return undefined;
  const deadline = performance.now() + PATIENCE;
  const before = readFigures(dataDir, undefined)?.stamp;
  askForFigures(dataDir);
  for (;;) {
    const late = performance.now() > deadline;
    // What nobody has replaced is no news, but when nothing changes it is all there is.
    const { snapshot } = readFigures(dataDir, late ? undefined : before) ?? {};
    if (snapshot) {
      const sinks = snapshot.sinks.map(
        ({
          id,
          state,
          consent,
          breaker,
          delivered,
          dead,
          replayed,
          deadWaiting,
          replaying,
          folded,
          leftOut,
          retries,
          lastError,
        }) => ({
          ...{ id, state, breaker, delivered, dead, replayed, deadWaiting, retries },
          ...(consent && { consent }),
          ...(replaying !== undefined && { replaying }),
          ...(folded !== undefined && { folded }),
          ...(leftOut !== undefined && { leftOut }),
          ...(lastError !== undefined && { lastError }),
        }),
      );
      const partitions = snapshot.sources.flatMap(({ id, files }) =>
        files.flatMap(({ path, next, lag }) =>
          next === undefined || lag === undefined ? [] : [{ source: id, path, next, lag }],
        ),
      );
      return { process: holder, sinks, partitions, ...(snapshot.etcd && { etcd: snapshot.etcd }) };
    }
    if (late) return undefined;
    await delay(50);
  }
}

/** Lines for people; empty when nobody runs. */
export function runningText(running: Running | undefined): string {
  if (!running) return "";
  let text = `Running: process ${running.process}\n`;
  const { etcd } = running;
  if (etcd) {
    const refused = etcd.refused.length > 0 ? `; refused: ${etcd.refused.join(", ")}` : "";
    text += `  ${etcdText(etcd, inEnglish)}, ${counted(etcd.keys, "key")}${refused}\n`;
  }
  for (const {
    id,
    state,
    breaker,
    delivered,
    dead,
    replayed,
    deadWaiting,
    folded,
    leftOut,
    lastError,
  } of running.sinks) {
    const next =
      breaker.nextTryAt === undefined ? "" : `, next try ${new Date(breaker.nextTryAt).toISOString()}`;
    const since = new Date(breaker.since).toISOString();
    text += `  ${id}: ${state}, breaker ${breaker.state} since ${since}, ${counted(breaker.failures, "failure")} in a row${next}; `;
    text += `${delivered - (leftOut ?? 0)} delivered, `;
    if (leftOut) text += `${leftOut} left out by its options, `;
    text += `${dead} refused, ${replayed} replayed, ${counted(deadWaiting, "dead letter")}`;
    if (folded) text += `, ${counted(folded, "value")} written as _other`;
    text += lastError === undefined ? "\n" : `; last error: ${lastError}\n`;
  }
  for (const { source, path, next, lag } of running.partitions ?? [])
    text += `  ${source}: ${path} at message ${next}, ${lag} behind\n`;
  return text;
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}
