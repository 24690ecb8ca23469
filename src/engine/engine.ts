import { statSync } from "node:fs";
import type { Config } from "../config/config.ts";
import { diffConfig } from "../config/diff.ts";
import { parseConfig } from "../config/parse.ts";
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
import { createPlant, type Plant } from "./plant.ts";
import { type ConfigWatch, watchFiles } from "./watch.ts";

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
  let plant: Plant | undefined;
  let config: Config | undefined;
  let input: ConfigInput | undefined;
  let watching: ConfigWatch | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  let said = new Set<string>();
  let closed = false;

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
      if (!input || closed) return;
      const again = input;
      void serial(() => apply(again)).then(reconfigured.fire, (error) => log.error(reasonOf(error)));
    }, log);
    watching.watch(loaded.files);
    const next = keepRefused(loaded.config, config, loaded.refused);
    if (plant && config && next.dataDir !== config.dataDir) {
      log.info(`the data folder is now ${next.dataDir}`);
      await plant.close();
      plant = undefined;
      config = undefined;
    }
    plant ??= await createPlant(next, log, snapshots.fire);
    const diff = diffConfig(config, next);
    const failed = await plant.apply(next, diff, loaded.issues.length === 0);
    config = next;
    const issues: ConfigIssue[] = [...loaded.issues];
    for (const [id, reason] of failed) {
      issues.push({ severity: "error", message: reason, path: ["sinks", id], origin: "default" });
      // Not applied: the next reload must see it as changed again.
      config = { ...config, sinks: new Map([...config.sinks].filter(([key]) => key !== id)) };
    }
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
      if (result[kind].length > 0) log.info(`${kind}: ${result[kind].join(", ")}`);
    }
    return result;
  };

  const running = (): Plant => {
    if (!plant) throw new UserError("nothing is configured yet");
    return plant;
  };

  return {
    configure(from) {
      return serial(() => {
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
    snapshot: () => plant?.snapshot() ?? { ...EMPTY, at: Date.now() },
    series: (request) => running().series(request),
    checkpoints: () =>
      (plant?.checkpoints.all() ?? [])
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
      closed = true;
      return serial(async () => {
        await watching?.close();
        await plant?.close();
        plant = undefined;
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

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}
