import { watch } from "chokidar";
import { reasonOf } from "../errors.ts";
import type { Log } from "../lib/log.ts";
import { createSync } from "../lib/sync.ts";

/** Silence (ms) to wait for after a change: editors write a file in several steps. */
const SETTLE = 100;

/** Watches configuration files, also those that do not exist yet. */
export interface ConfigWatch {
  watch(files: readonly string[]): void;
  close(): Promise<void>;
}

export function watchFiles(changed: () => void, log: Log): ConfigWatch {
  const sync = createSync(async () => changed(), SETTLE);
  const watched = new Set<string>();
  const watcher = watch([], { ignoreInitial: true, persistent: true });
  watcher.on("all", () => void sync.request().catch((error) => log.error(reasonOf(error))));
  watcher.on("error", (error) => log.warn(`configuration files are not watched: ${reasonOf(error)}`));
  return {
    watch(files) {
      const gone = [...watched].filter((file) => !files.includes(file));
      if (gone.length > 0) watcher.unwatch(gone);
      for (const file of gone) watched.delete(file);
      const fresh = files.filter((file) => !watched.has(file));
      for (const file of fresh) watched.add(file);
      if (fresh.length > 0) watcher.add(fresh);
    },
    async close() {
      sync.dispose();
      await watcher.close();
    },
  };
}
