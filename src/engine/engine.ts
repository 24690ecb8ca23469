import type { Config } from "../config/config.ts";
import { waitingIn } from "../config/consent.ts";
import { diffConfig } from "../config/diff.ts";
import type { SecretSource } from "../config/secrets.ts";
import { reasonOf, UserError } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";
import { createConcealer, maskedLog } from "../lib/conceal.ts";
import { createEmitter } from "../lib/events.ts";
import { sizeOf } from "../lib/file-size.ts";
import { allocateYoung } from "../lib/heap.ts";
import type { Log } from "../lib/log.ts";
import type { Snapshot } from "../model.ts";
import type {
  ApplyResult,
  BeginReplay,
  CheckpointRow,
  ConfigInput,
  ConfigIssue,
  LineQuery,
  LineTrace,
  RecordQuery,
  Series,
  SeriesRequest,
  SinkFate,
  SinkTarget,
  Target,
} from "../protocol/engine.ts";
import type { Explanation } from "../protocol/explain.ts";
import { EMPTY } from "./empty.ts";
import { createExpressionCheck } from "./expressions.ts";
import { fatesOf } from "./fates.ts";
import { LOCK_PATIENCE } from "./folder.ts";
import { FolderHeld } from "./lock.ts";
import { createOrigins } from "./origins.ts";
import type { Plant } from "./plant.ts";
import { keepRefused, sinksOf } from "./refused.ts";
import { createReport } from "./report.ts";
import { createSinkTools, type SinkTools, setPaused } from "./sink-tools.ts";
import { createStandby, type Standby } from "./standby.ts";
import { whereIs } from "./where.ts";
import { createWorks } from "./works.ts";

/** The whole: what hosts (extension thread, command line) drive. */
export interface Engine {
  /** Validates and applies. Parts that did not change go on untouched; refused parts stay as they were. */
  configure(input: ConfigInput): Promise<ApplyResult>;
  /** Starts sources; sinks that wait before they try again try at once, and so does a start that failed. */
  start(target: Target): Promise<void>;
  stop(target: Target): Promise<void>;
  /** Of a source: reads nothing; of a sink: sends nothing. */
  pause(target: Target | SinkTarget): Promise<void>;
  resume(target: Target | SinkTarget): Promise<void>;
  readonly sinks: SinkTools;
  /** Forgets the waits of a sink, also one that its server asked for: it tries at once. */
  resetSink(target: SinkTarget): Promise<void>;
  /** Sends a sink's dead letters again, as they stand in its file now; resolves when they are on their way. */
  replayDead(target: SinkTarget): Promise<BeginReplay>;
  /** The file of a sink's dead letters, which need not exist. */
  deadFile(target: SinkTarget): string;
  /** Where each value in force comes from. @throws UserError before the first configuration */
  explain(): Explanation;
  snapshot(): Snapshot;
  series(request: SeriesRequest): Series;
  checkpoints(): readonly CheckpointRow[];
  /** The folder that the engine runs on, or that it follows another on. @throws UserError when there is none */
  dataFolder(): string;
  /** @throws UserError when the file or the data folder can't be read, or there is no such line */
  whereIs(query: LineQuery): Promise<LineTrace>;
  fates(query: RecordQuery): Promise<readonly SinkFate[]>;
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

/** How long (ms) one that stands by waits for a holder that is just ending, before it follows. */
const HANDOVER = 500;

/** How long (ms) at least and at most until a data folder that can't be used is tried again. */
const TRY_AGAIN = 500;
const TRY_AGAIN_LATEST = 30_000;

interface Options {
  readonly log: Log;
  readonly env?: NodeJS.ProcessEnv;
  readonly standBy?: boolean;
  /** Where secrets come from; absent: the environment. */
  readonly secrets?: SecretSource;
}

/** @param options.standBy where another runs on the data folder, follow it and take over when it ends: no error */
export function createEngine(options: Options): Engine {
  const { env = process.env, standBy = false, secrets } = options;
  const log = maskedLog(options.log, createConcealer([]));
  allocateYoung();
  const snapshots = createEmitter<Snapshot>();
  const reconfigured = createEmitter<ApplyResult>();
  let input: ConfigInput | undefined;
  let queue: Promise<unknown> = Promise.resolve();
  /** Why nothing runs, though it was asked to. */
  let problem: string | undefined;
  /** While another runs on the data folder. */
  let standby: Standby | undefined;
  /** What is to run when it ends. */
  let planned: Config | undefined;
  const closing = new AbortController();
  const report = createReport(log);
  const origins = createOrigins({
    env,
    secrets,
    log,
    stop: closing.signal,
    changed: () => {
      if (!input || closing.signal.aborted) return;
      const again = input;
      void serial(() => apply(again)).then(reconfigured.fire, (error) => log.error(reasonOf(error)));
    },
    told: () => (works.plant ? works.plant.changed() : snapshots.fire(snapshot())),
  });
  const works = createWorks(log, snapshots.fire, closing.signal, origins.etcd);
  const expressions = createExpressionCheck(log);
  let applies = 0;
  const wait = backoff({ base: 2 * TRY_AGAIN, cap: TRY_AGAIN_LATEST });
  let trying: NodeJS.Timeout | undefined;

  /** Reloads never overlap: each waits for the one before. */
  const serial = <T>(work: () => Promise<T>): Promise<T> => {
    const next = queue.then(work);
    queue = next.catch(() => {});
    return next;
  };

  /** Never together with a plant. */
  const follow = ({ dataDir }: FolderHeld): void => {
    if (standby?.dataDir === dataDir) return;
    standby?.close();
    standby = createStandby({ dataDir, changed: () => snapshots.fire(snapshot()), free: takeOver });
    log.info(`${other(standby)} runs on ${dataDir}: following, will take over when it ends`);
    snapshots.fire(snapshot());
  };

  const unfollow = (): void => {
    if (!standby) return;
    standby.close();
    if (works.config?.dataDir === standby.dataDir) log.info(`took over ${standby.dataDir}`);
    standby = undefined;
    planned = undefined;
  };

  /** Applies the configuration once more, if that is still due when its turn comes. */
  const again = async (due: () => boolean): Promise<void> => {
    const before = problem;
    try {
      const result = await serial(async () =>
        input && due() && !closing.signal.aborted ? apply(input) : undefined,
      );
      if (result && before !== undefined && works.config) log.info(`${works.config.dataDir} can be used now`);
      if (result && !standby) reconfigured.fire(result);
    } catch (error) {
      if (reasonOf(error) !== before) log.error(reasonOf(error));
    }
  };

  const takeOver = (): Promise<void> => again(() => standby !== undefined);

  /** Nothing runs, and nobody is followed. */
  const stuck = (): boolean => problem !== undefined && !works.plant && !standby;

  const tryAgain = (): Promise<void> => again(stuck);

  const apply = async (from: ConfigInput): Promise<ApplyResult> => {
    const turn = ++applies;
    clearTimeout(trying);
    const loaded = await origins.load(from);
    const before = works.config;
    const next = keepRefused(loaded.config, before ?? planned, loaded.refused);
    const known = expressions.known(loaded.expressions);
    const issues: ConfigIssue[] = [...loaded.issues, ...known];
    try {
      const patience = standBy && !before ? HANDOVER : LOCK_PATIENCE;
      const failed = await works.change(next, sinksOf(next, loaded), patience);
      for (const [id, reason] of failed) {
        const message = before
          ? `the sink can't be made, so nothing was changed: ${reason}`
          : `the sink can't be made, and is tried again: ${reason}`;
        issues.push({ severity: "error", message, path: ["sinks", id], origin: "default" });
      }
      problem = undefined;
      wait.reset();
      unfollow();
      if (works.config) origins.keep(works.config.dataDir);
    } catch (error) {
      if (standBy && !before && !closing.signal.aborted && error instanceof FolderHeld) {
        problem = undefined;
        planned = next;
        follow(error);
        report(issues);
        return { issues, added: [], removed: [], changed: [], unchanged: [] };
      }
      if (!before) {
        problem = reasonOf(error);
        if (standby?.dataDir !== next.dataDir) unfollow();
        // A full disk gets room, a folder its permissions: nobody has to come back for it.
        if (stuck() && !closing.signal.aborted)
          trying = setTimeout(() => void tryAgain(), wait.next(TRY_AGAIN));
        snapshots.fire(snapshot());
        throw error;
      }
      const message = `nothing was changed: ${reasonOf(error)}`;
      const path = error instanceof UserError ? ["dataDir"] : [];
      issues.push({ severity: "error", message, path, origin: "default" });
    }
    /** Takes seconds, so that it is told when it is known. */
    const warn = async (): Promise<void> => {
      const found = await expressions.check(loaded.expressions);
      if (turn !== applies || found.length === known.length || closing.signal.aborted) return;
      const all = [...issues.filter((issue) => !known.includes(issue)), ...found];
      report(all);
      reconfigured.fire({ ...result, issues: all, added: [], removed: [], changed: [] });
    };
    const diff = diffConfig(before, works.config ?? next);
    const wants = loaded.etcd?.wants ?? [];
    const ofEtcd = wants.length > 0 ? [{ part: "etcd", wants }] : [];
    const waiting = [...ofEtcd, ...waitingIn(works.config ?? next)];
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
      ...(waiting.length > 0 && { waiting }),
    };
    for (const kind of ["added", "removed", "changed"] as const) {
      if (result[kind].length > 0 && !closing.signal.aborted) log.info(`${kind}: ${result[kind].join(", ")}`);
    }
    void warn();
    return result;
  };

  const snapshot = (): Snapshot => {
    if (works.plant) return works.plant.snapshot();
    const figures = standby?.snapshot ?? { ...EMPTY, at: Date.now() };
    return {
      ...figures,
      ...(standby && { followed: { process: standby.holder } }),
      problems: problem === undefined ? figures.problems : [...figures.problems, problem],
    };
  };

  const running = (): Plant => {
    if (standby) {
      throw new UserError(
        `${other(standby)} runs on ${standby.dataDir}, and this one only follows it: what runs is changed there`,
      );
    }
    if (!works.plant) throw new UserError(problem ?? "nothing is configured yet");
    return works.plant;
  };

  const dataFolder = (): string => {
    const dataDir = standby?.dataDir ?? works.config?.dataDir;
    if (dataDir === undefined) throw new UserError(problem ?? "nothing is configured yet");
    return dataDir;
  };
  const tools = createSinkTools({ config: () => works.config ?? planned, running, log });

  return {
    configure(from) {
      return serial(() => {
        if (closing.signal.aborted) throw new UserError("the engine is closed");
        input = from;
        return apply(from);
      });
    },
    async start(target) {
      if (stuck()) await tryAgain();
      running().nudge();
      const named = target.source !== undefined;
      await running().each(target, (pipeline) =>
        named || pipeline.config.enabled ? pipeline.start() : undefined,
      );
    },
    stop: (target) => running().each(target, (pipeline) => pipeline.stop()),
    pause: async (target) => setPaused(running(), target, true),
    resume: async (target) => setPaused(running(), target, false),
    sinks: tools,
    resetSink: async ({ sink }) => running().delivery(sink).reset(),
    replayDead: async ({ sink }) => running().delivery(sink).replayDead(),
    deadFile: ({ sink }) => running().delivery(sink).deadFile,
    explain() {
      const explained = origins.explain();
      if (!explained) throw new UserError("nothing is configured yet");
      return explained;
    },
    snapshot,
    series: (request) => (standby ?? running()).series(request),
    checkpoints: () =>
      (standby?.checkpoints() ?? works.plant?.checkpoints.all() ?? [])
        .filter(({ ended }) => !ended)
        .map(({ source, path, inode, key, offset, updated }) => ({
          source,
          path,
          generation: key,
          offset,
          // A stream has no file.
          size: inode === 0 ? undefined : sizeOf(path),
          updated,
        })),
    dataFolder,
    whereIs: async (query) => whereIs(dataFolder(), query, snapshot().sinks),
    fates: async (query) => fatesOf(dataFolder(), query, snapshot().sinks),
    drain: (patience = 30_000) => running().drain(patience),
    onSnapshot: snapshots.listen,
    onReconfigured: reconfigured.listen,
    close() {
      closing.abort();
      expressions.close();
      tools.close();
      clearTimeout(trying);
      standby?.close();
      // Not in turn: a start that takes long is what is to end.
      void works.plant?.halt();
      return serial(async () => {
        await origins.close();
        await works.close();
      });
    },
  };
}

const other = ({ holder }: Standby): string =>
  holder === undefined ? "another process" : `process ${holder}`;
