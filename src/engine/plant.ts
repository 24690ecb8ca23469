import type { Config, Diff, SinkConfig } from "../config/config.ts";
import { reasonOf, UserError } from "../errors.ts";
import { counted } from "../lib/counted.ts";
import { forEachOf } from "../lib/each.ts";
import type { Log } from "../lib/log.ts";
import type { EtcdFigures, Snapshot } from "../model.ts";
import { type MonitorServer, startMonitor } from "../monitor/http.ts";
import type { Series, SeriesRequest, Target } from "../protocol/engine.ts";
import { sinks } from "../sinks/index.ts";
import type { Sink } from "../sinks/sink.ts";
import type { StoreSink } from "../sinks/store.ts";
import type { Checkpoints } from "../spool/checkpoints.ts";
import { createAside } from "./aside.ts";
import { buildSink } from "./build.ts";
import { createDecoder } from "./decode.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { publishFigures } from "./figures-file.ts";
import { openFolder } from "./folder.ts";
import { refusalOf } from "./own-files.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";
import { createQuarantine } from "./quarantine.ts";
import { inherit, renamedSources } from "./renamed.ts";
import { createRoom } from "./room.ts";
import { createFigures } from "./snapshot.ts";
import { tallyRest } from "./tally.ts";

/** Sources that are started or stopped at once; each of them opens several files at once. */
const AT_ONCE = 4;
/** How long (ms) a spool that can't be written, on a full disk, may hold up the end. */
const FINISH_WAIT = 2_000;

/** What is about to change: all that is new is built, and nothing that runs was touched yet. */
export interface Change {
  /** Sinks that can't be built at present, with the reason. */
  readonly failed: ReadonlyMap<string, string>;
  /**
   * Brings what runs in line with the new configuration. Sinks that could not be built go on trying.
   * @param keep ids of sinks that have a place in the spool, also those that do not run; undefined: all that had one
   */
  commit(keep: readonly string[] | undefined): Promise<void>;
  /** Lets go of what was built. */
  discard(): Promise<void>;
}

/** Everything that runs over one data folder. */
export interface Plant {
  readonly checkpoints: Checkpoints;
  /** Builds what a configuration asks for. @throws what stands in the way of the whole */
  prepare(next: Config, diff: Diff): Promise<Change>;
  each(target: Target, act: (pipeline: Pipeline) => Promise<void> | void): Promise<void>;
  /** Sinks that wait before they try again try at once. */
  nudge(): void;
  /** The delivery to a sink. @throws UserError when there is none of that id */
  delivery(sink: string): Delivery;
  snapshot(): Snapshot;
  /** What the figures tell beside what runs here is another. */
  changed(): void;
  series(request: SeriesRequest): Series;
  drain(patience: number): Promise<{ undelivered: number; sinks: Record<string, number> }>;
  /** Ends all reading, also what is still starting: a `commit` under way returns soon. To be followed by `close`. */
  halt(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param signal ends the wait for another holder of the data folder
 * @param patience how long to wait for it, in ms
 * @throws UserError naming the setting when the data folder can't be used
 */
export async function createPlant(
  config: Pick<Config, "dataDir" | "spool" | "sinks">,
  log: Log,
  publish: (snapshot: Snapshot) => void,
  signal: AbortSignal,
  patience: number,
  etcd: () => EtcdFigures | undefined = () => undefined,
): Promise<Plant> {
  const { dataDir } = config;
  const folder = await openFolder(dataDir, log, signal, patience);
  const { checkpoints, spool, history } = folder;
  const quarantine = createQuarantine(log);
  const decoder = createDecoder(spool, checkpoints, quarantine);
  tallyRest(spool, decoder);
  const deliveries = new Map<string, Delivery>();
  const pipelines = new Map<string, Pipeline>();
  let current = config;
  let halted = false;
  let monitor: MonitorServer | undefined;
  let monitorError: string | undefined;
  let storeFigures: StoreSink["figures"] | undefined;

  const room = createRoom(
    spool,
    () => deliveries.values(),
    () => current.spool,
    log,
    decoder,
  );
  const aside = createAside(dataDir, log, () => figures.changed());
  const figures = createFigures({
    spool,
    aside,
    pipelines,
    deliveries,
    history,
    room,
    quarantine,
    capacity: () => current.spool.maxBytes,
    monitor: () => ({
      ...(monitor && { address: monitor.address }),
      ...(monitorError !== undefined && { error: monitorError }),
    }),
    store: () => storeFigures?.(),
    etcd,
    publish,
  });
  const shown = publishFigures(dataDir, figures.snapshot, log);

  const host = {
    spool,
    checkpoints,
    log,
    quarantine,
    room: room.wait,
    refusal: (path: string, source: string) => refusalOf(path, source, dataDir, current.sinks.values()),
    read: figures.read,
    putAside: aside.put,
    deliver: (batch: Parameters<Delivery["offer"]>[0]) => {
      for (const delivery of deliveries.values()) delivery.offer(batch);
      room.signal();
    },
    changed: figures.changed,
  };

  const build = (sink: SinkConfig): Promise<Sink> =>
    buildSink(sink, { id: sink.id, log, dataDir, baseDir: sink.baseDir });

  /** @param built the sink, unless it could not be built */
  const begin = (sink: SinkConfig, built: Sink | undefined, paused: boolean): void => {
    let first = built;
    const delivery = createDelivery({
      id: sink.id,
      type: sink.type,
      spool,
      decoder,
      dataDir,
      batch: sinks[sink.type]?.batch ?? { records: 1, bytes: 1, concurrency: 1 },
      log,
      ...(sink.consent && { consent: sink.consent }),
      async create() {
        const made = first ?? (await build(sink));
        first = undefined;
        if (sink.type === "store") storeFigures = (made as StoreSink).figures;
        return made;
      },
      accepts: (ids) => ids?.includes(sink.id) ?? true,
      progressed() {
        room.signal();
        figures.changed();
      },
    });
    if (paused) delivery.paused = true;
    deliveries.set(sink.id, delivery);
  };

  /**
   * Whoever takes a sink out, or gives it another id, is told what it will never get. What is held when a sink is
   * added is for that one too, but for what a source named its sinks for.
   */
  const tellLeft = (id: string, added: readonly string[]): void => {
    const waiting = deliveries.get(id)?.figures().lagRecords ?? 0;
    if (waiting === 0) return;
    const heirs = added.length > 0 ? `, and go to ${added.join(", ")} where the source names no sinks` : "";
    log.warn(
      `sink ${id} was taken out: what waited for it (${counted(waiting, "line")}) is given up for it${heirs}`,
    );
  };

  /** What ends must not keep what is new from beginning. */
  const end = async (id: string): Promise<void> => {
    const old = deliveries.get(id);
    deliveries.delete(id);
    if (old?.figures().type === "store") storeFigures = undefined;
    await old?.close().catch((error) => log.warn(`sink ${id} did not close: ${reasonOf(error)}`));
  };

  const applySources = async (
    next: Config,
    { removed, changed, added }: Diff["sources"],
    fresh: ReadonlyMap<string, Pipeline>,
  ): Promise<void> => {
    const gone = removed.flatMap((id) => pipelines.get(id)?.config ?? []);
    const renamed = renamedSources(
      gone,
      added.flatMap((id) => next.sources.get(id) ?? []),
    );
    await forEachOf(removed, AT_ONCE, async (id) => {
      await pipelines.get(id)?.stop();
      pipelines.delete(id);
    });
    if (renamed.size > 0) await spool.flush();
    for (const [old, id] of renamed) {
      inherit(checkpoints, old, id);
      log.info(`source ${id} goes on where ${old} was`);
    }
    await forEachOf([...changed, ...added], AT_ONCE, async (id) => {
      const source = next.sources.get(id);
      const pipeline = fresh.get(id);
      if (!source || !pipeline) return;
      const old = pipelines.get(id);
      if (old && old.config.enabled === source.enabled && old.adopt(source)) return;
      await old?.stop();
      pipelines.set(id, pipeline);
      if (source.enabled && !halted) await pipeline.start();
    });
  };

  /** Whether a source follows what has become the output of a sink. */
  const readsOwn = (pipeline: Pipeline): boolean =>
    pipeline
      .figures()
      .files.some(
        ({ path, stream, state }) =>
          !stream && state === "watching" && host.refusal(path, pipeline.config.id) !== undefined,
      );

  const applyMonitor = async (next: Config): Promise<void> => {
    await monitor?.close();
    monitor = undefined;
    monitorError = undefined;
    if (!next.monitor) return;
    try {
      monitor = await startMonitor(next.monitor, figures.snapshot, log);
    } catch (error) {
      monitorError = reasonOf(error);
      log.warn(monitorError);
    }
  };

  const nudge = (): void => {
    for (const delivery of deliveries.values()) delivery.nudge();
  };

  const halt = async (): Promise<void> => {
    halted = true;
    room.close();
    spool.finish(FINISH_WAIT);
    await Promise.all([...pipelines.values()].map((pipeline) => pipeline.stop()));
  };

  return {
    checkpoints,
    nudge,
    delivery(sink) {
      const found = deliveries.get(sink);
      if (!found) throw new UserError(`there is no sink ${sink}`);
      return found;
    },
    async prepare(next, diff) {
      const built = new Map<string, Sink>();
      const failed = new Map<string, string>();
      const discard = async (): Promise<void> => {
        await Promise.allSettled([...built.values()].map((sink) => sink.close()));
      };
      for (const id of [...diff.sinks.added, ...diff.sinks.changed]) {
        const sink = next.sinks.get(id);
        if (!sink || sink.consent) continue;
        try {
          built.set(id, await build(sink));
        } catch (error) {
          failed.set(id, reasonOf(error));
        }
      }
      const fresh = new Map<string, Pipeline>();
      try {
        for (const id of [...diff.sources.changed, ...diff.sources.added]) {
          const source = next.sources.get(id);
          if (source) fresh.set(id, createPipeline(source, host));
        }
      } catch (error) {
        await discard();
        throw error;
      }
      return {
        failed,
        discard,
        async commit(keep) {
          current = next;
          const sinksMoved = diff.sinks.added.length + diff.sinks.changed.length > 0;
          const looping = sinksMoved ? [...pipelines.values()].filter(readsOwn) : [];
          await Promise.all(looping.map((pipeline) => pipeline.stop()));
          for (const id of diff.sinks.removed) tellLeft(id, diff.sinks.added);
          const paused = diff.sinks.changed.filter((id) => deliveries.get(id)?.paused);
          for (const id of [...diff.sinks.removed, ...diff.sinks.changed]) await end(id);
          for (const id of [...diff.sinks.added, ...diff.sinks.changed]) {
            const sink = next.sinks.get(id);
            if (sink) begin(sink, built.get(id), paused.includes(id));
          }
          // Whoever reloads may have mended what a sink waits for: its server, a password in the environment.
          nudge();
          if (keep) spool.retain(keep);
          // The monitor tells of a start that takes long.
          if (diff.monitor) await applyMonitor(next);
          room.signal();
          await applySources(next, diff.sources, fresh);
          for (const pipeline of looping) {
            if (pipelines.get(pipeline.config.id) === pipeline && !halted) await pipeline.start();
          }
          figures.changed();
        },
      };
    },
    async each({ source }, act) {
      const chosen = source === undefined ? [...pipelines.values()] : [pipelines.get(source)];
      await Promise.all(chosen.map((pipeline) => pipeline && act(pipeline)));
      figures.changed();
    },
    snapshot: figures.snapshot,
    changed: figures.changed,
    series: (request) => history.series(request),
    async drain(patience) {
      await Promise.all([...pipelines.values()].map((pipeline) => pipeline.drain()));
      await spool.flush();
      const left = await Promise.all(
        [...deliveries].map(async ([id, delivery]) => [id, await delivery.drain(patience)] as const),
      );
      return { undelivered: Math.max(0, ...left.map(([, lines]) => lines)), sinks: Object.fromEntries(left) };
    },
    halt,
    async close() {
      await halt();
      await spool.flush();
      await Promise.all([...deliveries.keys()].map(end));
      figures.close();
      shown.close();
      await monitor?.close();
      await folder.close();
    },
  };
}
