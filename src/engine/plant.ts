import type { Config, Diff, SinkConfig } from "../config/config.ts";
import { reasonOf } from "../errors.ts";
import type { Log } from "../lib/log.ts";
import type { Snapshot } from "../model.ts";
import { type MonitorServer, startMonitor } from "../monitor/http.ts";
import type { Series, SeriesRequest, Target } from "../protocol/engine.ts";
import { sinks } from "../sinks/index.ts";
import type { Sink } from "../sinks/sink.ts";
import type { StoreSink } from "../sinks/store.ts";
import { type Checkpoints, createCheckpoints } from "../spool/checkpoints.ts";
import { openSpoolDatabase } from "../spool/database.ts";
import { createSpool, type Spool } from "../spool/spool.ts";
import { createHistory } from "../store/history.ts";
import { createDecoder } from "./decode.ts";
import { createDelivery, type Delivery } from "./delivery.ts";
import { lockFolder } from "./lock.ts";
import { refusalOf } from "./own-files.ts";
import { createPipeline, type Pipeline } from "./pipeline.ts";
import { createRoom } from "./room.ts";
import { createFigures } from "./snapshot.ts";

/** How long to wait (ms) for the last holder of the data folder to go: a killed process takes a moment. */
const LOCK_PATIENCE = 5_000;

/** Everything that runs over one data folder. */
export interface Plant {
  readonly checkpoints: Checkpoints;
  /** Brings what runs in line with the configuration; ids that could not be built, with the reason. */
  apply(next: Config, diff: Diff, complete: boolean): Promise<ReadonlyMap<string, string>>;
  each(target: Target, act: (pipeline: Pipeline) => Promise<void> | void): Promise<void>;
  /** Sinks that wait before they try again try at once. */
  nudge(): void;
  snapshot(): Snapshot;
  series(request: SeriesRequest): Series;
  drain(patience: number): Promise<{ undelivered: number; sinks: Record<string, number> }>;
  close(): Promise<void>;
}

export async function createPlant(
  config: Config,
  log: Log,
  publish: (snapshot: Snapshot) => void,
): Promise<Plant> {
  const { dataDir } = config;
  const lock = await lockFolder(dataDir, LOCK_PATIENCE);
  const db = openSpoolDatabase(dataDir);
  const checkpoints = createCheckpoints(db);
  const spool: Spool = createSpool(db, log);
  const decoder = createDecoder(spool, checkpoints);
  const history = createHistory(dataDir);
  const deliveries = new Map<string, Delivery>();
  const pipelines = new Map<string, Pipeline>();
  let current = config;
  let monitor: MonitorServer | undefined;
  let monitorError: string | undefined;
  let storeFigures: StoreSink["figures"] | undefined;

  const room = createRoom(
    spool,
    () => deliveries.values(),
    () => current.spool,
    log,
  );
  const figures = createFigures({
    spool,
    pipelines,
    deliveries,
    history,
    room,
    capacity: () => current.spool.maxBytes,
    monitor: () => ({
      ...(monitor && { address: monitor.address }),
      ...(monitorError !== undefined && { error: monitorError }),
    }),
    store: () => storeFigures?.(),
    publish,
  });

  const host = {
    spool,
    checkpoints,
    log,
    room: room.wait,
    refusal: (path: string, source: string) => refusalOf(path, source, dataDir, current.sinks.values()),
    read: figures.read,
    deliver: (batch: Parameters<Delivery["offer"]>[0]) => {
      for (const delivery of deliveries.values()) delivery.offer(batch);
      room.signal();
    },
    changed: figures.changed,
  };

  const build = async (sink: SinkConfig): Promise<() => Promise<Sink>> => {
    const definition = sinks[sink.type];
    if (!definition) throw new Error(`no sink of type ${sink.type}`);
    const create = async (): Promise<Sink> => {
      const made = await definition.create(sink.options, {
        id: sink.id,
        log,
        dataDir,
        baseDir: sink.baseDir,
      });
      if (sink.type === "store") storeFigures = (made as StoreSink).figures;
      return made;
    };
    let first: Sink | undefined = await create();
    return async () => {
      const made = first ?? (await create());
      first = undefined;
      return made;
    };
  };

  const begin = (sink: SinkConfig, create: () => Promise<Sink>): void => {
    const definition = sinks[sink.type];
    if (!definition) return;
    const delivery = createDelivery({
      id: sink.id,
      type: sink.type,
      spool,
      decoder,
      dataDir,
      batch: definition.batch,
      log,
      create,
      accepts: (ids) => ids?.includes(sink.id) ?? true,
      progressed() {
        room.signal();
        figures.changed();
      },
    });
    deliveries.set(sink.id, delivery);
  };

  const applySinks = async (
    next: Config,
    diff: Diff["sinks"],
    failed: Map<string, string>,
  ): Promise<void> => {
    const built = new Map<string, () => Promise<Sink>>();
    for (const id of [...diff.added, ...diff.changed]) {
      const sink = next.sinks.get(id);
      if (!sink) continue;
      try {
        built.set(id, await build(sink));
      } catch (error) {
        failed.set(id, reasonOf(error));
      }
    }
    for (const id of [...diff.removed, ...diff.changed]) {
      if (failed.has(id)) continue;
      const old = deliveries.get(id);
      deliveries.delete(id);
      await old?.close();
      if (old?.figures().type === "store" && !built.has(id)) storeFigures = undefined;
    }
    for (const [id, create] of built) {
      const sink = next.sinks.get(id);
      if (sink) begin(sink, create);
    }
  };

  const applySources = async (next: Config, diff: Diff["sources"]): Promise<void> => {
    for (const id of diff.removed) {
      const old = pipelines.get(id);
      await old?.stop();
      pipelines.delete(id);
    }
    for (const id of [...diff.changed, ...diff.added]) {
      const source = next.sources.get(id);
      if (!source) continue;
      const old = pipelines.get(id);
      if (old && old.config.enabled === source.enabled && old.adopt(source)) continue;
      await old?.stop();
      const pipeline = createPipeline(source, host);
      pipelines.set(id, pipeline);
      if (source.enabled) await pipeline.start();
    }
  };

  /** Whether a source follows what has become the output of a sink. */
  const readsOwn = (pipeline: Pipeline): boolean =>
    pipeline
      .figures()
      .files.some(({ path, state }) => state === "watching" && host.refusal(path, pipeline.config.id));

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

  return {
    checkpoints,
    nudge,
    async apply(next, diff, complete) {
      const failed = new Map<string, string>();
      current = next;
      const sinksMoved = diff.sinks.added.length + diff.sinks.changed.length > 0;
      const looping = sinksMoved ? [...pipelines.values()].filter(readsOwn) : [];
      await Promise.all(looping.map((pipeline) => pipeline.stop()));
      await applySinks(next, diff.sinks, failed);
      // Whoever reloads may have mended what a sink waits for: its server, a password in the environment.
      nudge();
      if (complete) spool.retain([...next.sinks.keys()]);
      await applySources(next, diff.sources);
      for (const pipeline of looping)
        if (pipelines.get(pipeline.config.id) === pipeline) await pipeline.start();
      if (diff.monitor) await applyMonitor(next);
      room.signal();
      figures.changed();
      return failed;
    },
    async each({ source }, act) {
      const chosen = source === undefined ? [...pipelines.values()] : [pipelines.get(source)];
      await Promise.all(chosen.map((pipeline) => pipeline && act(pipeline)));
      figures.changed();
    },
    snapshot: figures.snapshot,
    series: (request) => history.series(request),
    async drain(patience) {
      await Promise.all([...pipelines.values()].map((pipeline) => pipeline.drain()));
      await spool.flush();
      const left: Record<string, number> = {};
      await Promise.all(
        [...deliveries].map(async ([id, delivery]) => (left[id] = await delivery.drain(patience))),
      );
      return { undelivered: Math.max(0, ...Object.values(left)), sinks: left };
    },
    async close() {
      room.close();
      await Promise.all([...pipelines.values()].map((pipeline) => pipeline.stop()));
      await spool.flush();
      await Promise.all([...deliveries.values()].map((delivery) => delivery.close()));
      figures.close();
      await monitor?.close();
      await spool.close();
      history.close();
      lock.release();
    },
  };
}
