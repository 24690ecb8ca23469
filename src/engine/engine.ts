import { statSync } from "node:fs";
import type { Config } from "../config/config.ts";
import { diffConfig } from "../config/diff.ts";
import { type Loaded, parseConfig } from "../config/parse.ts";
import { reasonOf, UserError } from "../errors.ts";
import { createEmitter } from "../lib/events.ts";
import { allocateYoung } from "../lib/heap.ts";
import type { Log } from "../lib/log.ts";
import type { Snapshot } from "../model.ts";
import type {
  ApplyResult,
  CheckpointRow,
  ConfigInput,
  ConfigIssue,
  Series,
  SeriesRequest,
  Target,
} from "../protocol/engine.ts";
import type { Plant } from "./plant.ts";
import { type ConfigWatch, watchFiles } from "./watch.ts";
import { createWorks } from "./works.ts";

/** The whole: what hosts (extension thread, command line) drive. */
export interface Engine {
  /** Validates and applies. Parts that did not change go on untouched; refused parts stay as they were. */
  configure(input: ConfigInput): Promise<ApplyResult>;
  /** Starts sources; sinks that wait before they try again try at once. */
  start(target: Target): Promise<void>;
  stop(target: Target): Promise<void>;
  pause(target: Target): Promise<void>;
  resume(target: Target): Promise<void>;
  snapshot(): Snapshot;
  series(request: SeriesRequest): Series;
  checkpoints(): readonly CheckpointRow[];
  /**
   * Reads all files to their present end and delivers everything; resolves with the records each sink still
   * lacks.
   * @param patience how long (ms) a sink may fail before it is given up
   */
  drain(
    patience?: number,
  ): Promise<{ readonly undelivered: number; readonly sinks: Readonly<Record<string, number>> }>;
  /** At most four a second, only when something changed. */
  onSnapshot(listener: (snapshot: Snapshot) => void): { dispose(): void };
  /** A configuration file changed and was applied or refused. */
  onReconfigured(listener: (result: ApplyResult) => void): { dispose(): void };
  /** Flushes and frees everything. */
  close(): Promise<void>;
}

const EMPTY: Snapshot = {
  at: 0,
  startedAt: 0,
  totals: { lines: 0, bytes: 0, unparsed: 0, errors: 0, linesPerSecond: 0, bytesPerSecond: 0, sinkErrors: 0 },
  tps: 0,
  sources: [],
  sinks: [],
  channels: [],
  spool: { blocks: 0, bytes: 0, capacity: 0, dropped: 0, damaged: 0 },
  problems: [],
};

export function createEngine({ log, env = process.env }: { log: Log; env?: NodeJS.ProcessEnv }): Engine {
  allocateYoung();
  const snapshots = createEmitter<Snapshot>();
  const reconfigured = createEmitter<ApplyResult>();
  let input: ConfigInput | undefined;
  let watching: ConfigWatch | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let said = new Set<string>();
  /** Why nothing runs, though it was asked to. */
  let problem: string | undefined;
  const closing = new AbortController();
  const works = createWorks(log, snapshots.fire, closing.signal);

  /** Reloads never overlap: each waits for the one before. */
  const serial = <T>(work: () => Promise<T>): Promise<T> => {
    const next = queue.then(work);
    queue = next.catch(() => {});
    return next;
  };

  /** What was said stays unsaid until it was mended: a file is read again for other reasons too. */
  const report = (issues: readonly ConfigIssue[]): void => {
    const before = said;
    said = new Set();
    for (const { severity, message, path, file, line } of issues) {
      const place = [...(file === undefined ? [] : [`${file}:${line ?? 1}`]), path.join(".")];
      const text = [...place, message].filter(Boolean).join(": ");
      if (!before.has(text) && !said.has(text)) log[severity === "error" ? "error" : "warn"](text);
      said.add(text);
    }
  };

  const apply = async (from: ConfigInput): Promise<ApplyResult> => {
    const loaded = await parseConfig(from, env);
    watching ??= watchFiles(() => {
      if (!input || closing.signal.aborted) return;
      const again = input;
      void serial(() => apply(again)).then(reconfigured.fire, (error) => log.error(reasonOf(error)));
    }, log);
    watching.watch(loaded.files);
    const before = works.config;
    const next = keepRefused(loaded.config, before, loaded.refused);
    const issues: ConfigIssue[] = [...loaded.issues];
    try {
      const failed = await works.change(next, sinksOf(next, loaded));
      for (const [id, reason] of failed) {
        const message = before
          ? `the sink can't be made, so nothing was changed: ${reason}`
          : `the sink can't be made, and is tried again: ${reason}`;
        issues.push({ severity: "error", message, path: ["sinks", id], origin: "default" });
      }
      problem = undefined;
    } catch (error) {
      if (!before) {
        problem = reasonOf(error);
        snapshots.fire(snapshot());
        throw error;
      }
      const message = `nothing was changed: ${reasonOf(error)}`;
      const path = error instanceof UserError ? ["dataDir"] : [];
      issues.push({ severity: "error", message, path, origin: "default" });
    }
    const diff = diffConfig(before, works.config ?? next);
    report(issues);
    const ids = (kind: "added" | "removed" | "changed" | "unchanged"): string[] => [
      ...diff.sources[kind].map((id) => `sources.${id}`),
      ...diff.sinks[kind].map((id) => `sinks.${id}`),
    ];
    const result = {
      issues,
      added: ids("added"),
      removed: ids("removed"),
      changed: ids("changed"),
      unchanged: ids("unchanged"),
    };
    for (const kind of ["added", "removed", "changed"] as const) {
      if (result[kind].length > 0 && !closing.signal.aborted) log.info(`${kind}: ${result[kind].join(", ")}`);
    }
    return result;
  };

  const snapshot = (): Snapshot =>
    works.plant?.snapshot() ?? { ...EMPTY, at: Date.now(), problems: problem === undefined ? [] : [problem] };

  const running = (): Plant => {
    if (!works.plant) throw new UserError("nothing is configured yet");
    return works.plant;
  };

  return {
    configure(from) {
      return serial(() => {
        if (closing.signal.aborted) throw new UserError("the engine is closed");
        input = from;
        return apply(from);
      });
    },
    async start(target) {
      running().nudge();
      await running().each(target, (pipeline) => pipeline.start());
    },
    stop: (target) => running().each(target, (pipeline) => pipeline.stop()),
    pause: (target) => running().each(target, (pipeline) => pipeline.pause()),
    resume: (target) => running().each(target, (pipeline) => pipeline.resume()),
    snapshot,
    series: (request) => running().series(request),
    checkpoints: () =>
      (works.plant?.checkpoints.all() ?? [])
        .filter(({ ended }) => !ended)
        .map(({ source, path, key, offset, updated }) => ({
          source,
          path,
          generation: key,
          offset,
          size: sizeOf(path),
          updated,
        })),
    drain: (patience = 30_000) => running().drain(patience),
    onSnapshot: snapshots.listen,
    onReconfigured: reconfigured.listen,
    close() {
      closing.abort();
      // Not in turn: a start that takes long is what is to end.
      void works.plant?.halt();
      return serial(async () => {
        await watching?.close();
        await works.close();
      });
    },
  };
}

/** A refused part keeps its old definition in force; everything else is as newly configured. */
function keepRefused(next: Config, old: Config | undefined, refused: Iterable<string>): Config {
  const names = [...refused];
  if (old && names.includes("*")) return old;
  const sources = new Map(next.sources);
  const sinks = new Map(next.sinks);
  for (const name of names) {
    const [kind, ...rest] = name.split(".");
    const id = rest.join(".");
    const source = old?.sources.get(id);
    const sink = old?.sinks.get(id);
    if (kind === "sources" && source) sources.set(id, source);
    if (kind === "sinks" && sink) sinks.set(id, sink);
  }
  return {
    ...next,
    sources,
    sinks,
    ...(old && names.includes("monitor") && { monitor: old.monitor }),
    ...(old && names.includes("spool") && { spool: old.spool }),
    ...(old && names.includes("dataDir") && { dataDir: old.dataDir }),
  };
}

/**
 * The sinks whose place in the spool is kept: those that run, and those that the configuration names though they
 * can't run at present. Undefined when it can't be told which it names.
 */
function sinksOf(
  next: Config,
  { issues, refused }: Pick<Loaded, "issues" | "refused">,
): string[] | undefined {
  if (refused.includes("*")) return undefined;
  const named = issues.filter(({ path }) => path[0] === "sinks" || path.length === 0);
  if (named.some(({ path }) => path.length < 2) || issues.some(({ path }) => path[0] === "configFile"))
    return undefined;
  const parked = refused
    .filter((name) => name.startsWith("sinks."))
    .map((name) => name.slice("sinks.".length));
  return [...next.sinks.keys(), ...named.map(({ path }) => String(path[1])), ...parked];
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
