import type { Config } from "../config/config.ts";
import { diffConfig } from "../config/diff.ts";
import type { Log } from "../lib/log.ts";
import type { EtcdFigures, Snapshot } from "../model.ts";
import { LOCK_PATIENCE } from "./folder.ts";
import { createPlant, type Plant } from "./plant.ts";

/** What runs, and the configuration that it runs by. */
export interface Works {
  /** Undefined before the first configuration, and when that could not be brought to run. */
  readonly plant: Plant | undefined;
  readonly config: Config | undefined;
  /**
   * Brings another configuration into force. All that is new is built before anything old ends: what can't be
   * built leaves the old configuration in force, whole. Without an old one the rest runs, and such sinks go on
   * trying. Calls must not overlap.
   * @param keep ids of sinks that keep their place in the spool; undefined: all that have one
   * @param patience how long (ms) to wait for another holder of the data folder
   * @returns the sinks that could not be built, with the reason
   * @throws UserError when the data folder can't be used, FolderHeld when another runs on it
   */
  change(
    next: Config,
    keep: readonly string[] | undefined,
    patience?: number,
  ): Promise<ReadonlyMap<string, string>>;
  close(): Promise<void>;
}

/**
 * @param signal ends a start that is under way
 * @param etcd where a part of the configuration comes from, for the figures
 */
export function createWorks(
  log: Log,
  publish: (snapshot: Snapshot) => void,
  signal: AbortSignal,
  etcd: () => EtcdFigures | undefined = () => undefined,
): Works {
  let plant: Plant | undefined;
  let config: Config | undefined;

  return {
    get plant() {
      return plant;
    },
    get config() {
      return config;
    },
    async change(next, keep, patience = LOCK_PATIENCE) {
      const stays = plant !== undefined && config?.dataDir === next.dataDir;
      const fresh = stays ? undefined : await createPlant(next, log, publish, signal, patience, etcd);
      const target = fresh ?? plant;
      if (!target) return new Map();
      try {
        const prepared = await target.prepare(next, diffConfig(fresh ? undefined : config, next));
        if (config && prepared.failed.size > 0) {
          await prepared.discard();
          await fresh?.close();
          return prepared.failed;
        }
        if (fresh && plant) {
          log.info(`the data folder is now ${next.dataDir}`);
          await plant.close();
        }
        plant = target;
        config = next;
        if (signal.aborted) await target.halt();
        await prepared.commit(keep);
        return prepared.failed;
      } catch (error) {
        if (plant !== target) await fresh?.close();
        throw error;
      }
    },
    async close() {
      await plant?.close();
      plant = undefined;
    },
  };
}
