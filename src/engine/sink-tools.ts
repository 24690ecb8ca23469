import type { Config } from "../config/config.ts";
import { UserError } from "../errors.ts";
import type { Log } from "../lib/log.ts";
import type { ReplaySince, Sent, SinkPreview, SinkTarget, SinkTest, Target } from "../protocol/engine.ts";
import { sinks } from "../sinks/index.ts";
import { writeAgain } from "./again.ts";
import { type Newest, newestRecords } from "./newest.ts";
import type { Plant } from "./plant.ts";
import { previewOf } from "./preview.ts";
import { createRemoteDesk, type RemoteDesk } from "./remote.ts";
import { trySink } from "./try-sink.ts";

/** @throws UserError when there is no such sink */
export async function setPaused(plant: Plant, target: Target | SinkTarget, paused: boolean): Promise<void> {
  if ("sink" in target) plant.delivery(target.sink).paused = paused;
  else await plant.each(target, (pipeline) => (paused ? pipeline.pause() : pipeline.resume()));
}

interface Parts {
  /** What is configured, also where another process runs it. */
  config(): Config | undefined;
  /** @throws UserError when nothing runs here */
  running(): Plant;
  readonly log: Log;
}

/** What people do with one sink beside having it run. */
export interface SinkTools {
  /** Tries the destination as a real write would, and sends no record; has an end within ten seconds. */
  test(target: SinkTarget): Promise<SinkTest>;
  /** Gives up the test that is under way. */
  cancelTest(target: SinkTarget): void;
  /** What the sink would be sent of the newest records. */
  preview(target: SinkTarget): Promise<SinkPreview>;
  /** The newest records, so many at most, that a sink would get which no source names. */
  newest(limit: number): Promise<Newest>;
  /** Sends again what the embedded store holds of a time; resolves when it is on its way. */
  replaySince(request: ReplaySince): Promise<Sent>;
  /** Searches what it wrote, where it wrote it to. */
  readonly remote: RemoteDesk;
  close(): void;
}

export function createSinkTools({ config, running, log }: Parts): SinkTools {
  const tests = new Map<string, AbortController>();
  const remote = createRemoteDesk(config);

  const configured = (): Config => {
    const found = config();
    if (!found) throw new UserError("nothing is configured yet");
    return found;
  };
  const sinkOf = (id: string) => {
    const { sinks: all, dataDir } = configured();
    const sink = all.get(id);
    if (!sink) throw new UserError(`there is no sink ${id}`);
    return { sink, dataDir };
  };

  return {
    async test({ sink: id }) {
      const { sink, dataDir } = sinkOf(id);
      tests.get(id)?.abort();
      const own = new AbortController();
      tests.set(id, own);
      try {
        return await trySink(sink, dataDir, { signal: own.signal });
      } finally {
        if (tests.get(id) === own) tests.delete(id);
      }
    },
    cancelTest: ({ sink }) => tests.get(sink)?.abort(),
    preview: ({ sink }) => previewOf(configured(), sink),
    async newest(limit) {
      const found = config();
      return found ? newestRecords(found, undefined, limit) : { records: [], from: [] };
    },
    async replaySince({ sink: id, twice, ...range }) {
      // Only whoever holds the data folder may send.
      running().delivery(id);
      const { sink } = sinkOf(id);
      if (sink.type === "store") throw new UserError(`${id} is where the records are taken from`);
      if (![...configured().sinks.values()].some(({ type }) => type === "store"))
        throw new UserError(
          "the embedded store is off, and holds nothing that could be sent again: see store",
        );
      if (!sinks[sink.type]?.once && !twice) return { records: 0, twice: true };
      return { records: await writeAgain(configured(), id, range, log.warn), twice: false };
    },
    remote,
    close() {
      remote.close();
      for (const test of tests.values()) test.abort();
    },
  };
}
