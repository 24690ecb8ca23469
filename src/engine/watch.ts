import { stat } from "node:fs/promises";
import { watch } from "chokidar";
import { reasonOf } from "../errors.ts";
import type { Log } from "../lib/log.ts";
import { createSync } from "../lib/sync.ts";

/** Silence (ms) to wait for after a change: editors write a file in several steps. */
const SETTLE = 100;
/** Events get lost, and none comes for a change between reading a file and watching it: look so often (ms). */
const LOOK = 1_000;

/** Watches configuration files, also those that do not exist yet. */
export interface ConfigWatch {
  watch(files: readonly string[]): void;
  close(): Promise<void>;
}

export function watchFiles(changed: () => void, log: Log): ConfigWatch {
  const sync = createSync(async () => changed(), SETTLE);
  /** What each file looked like last; unknown at first, so that the first look reads it once more. */
  const watched = new Map<string, string>();
  const watcher = watch([], { ignoreInitial: true, persistent: true });
  const request = (): void => void sync.request().catch((error) => log.error(reasonOf(error)));
  watcher.on("all", request);
  watcher.on("error", (error) => log.warn(`configuration files are only polled: ${reasonOf(error)}`));

  const look = async (): Promise<void> => {
    for (const [file, before] of watched) {
      const now = await stat(file).then(
        ({ ino, size, mtimeMs }) => `${ino} ${size} ${mtimeMs}`,
        () => "missing",
      );
      if (now === before || !watched.has(file)) continue;
      watched.set(file, now);
      request();
    }
  };
  const poll = setInterval(() => void look(), LOOK);

  return {
    watch(files) {
      const gone = [...watched.keys()].filter((file) => !files.includes(file));
      if (gone.length > 0) watcher.unwatch(gone);
      for (const file of gone) watched.delete(file);
      const fresh = files.filter((file) => !watched.has(file));
      for (const file of fresh) watched.set(file, "");
      if (fresh.length > 0) watcher.add(fresh);
    },
    async close() {
      clearInterval(poll);
      sync.dispose();
      await watcher.close();
    },
  };
}
