import type { Disposable } from "../lib/disposables.ts";
import type { EngineHost } from "./engine-host.ts";
import type { Listener, QueryThread } from "./log-view-thread.ts";

/** What one page hears of its searches on the query thread, as long as someone looks at it. */
export interface Hearing extends Disposable {
  /**
   * Listens, and tells the engine's data folder. Undefined when `end` came first, as an engine that starts takes
   * its time: a search that began all the same would never end.
   */
  begin(): Promise<string | undefined>;
  /** Nobody looks any more: what is searched for ends. */
  end(): void;
}

/** @param view tells the pages apart */
export function createHearing(
  engine: Pick<EngineHost, "call">,
  thread: Pick<QueryThread, "listen">,
  view: number,
  listener: Listener,
): Hearing {
  let heard: Disposable | undefined;
  let ends = 0;
  const end = (): void => {
    ends++;
    heard?.dispose();
    heard = undefined;
  };
  return {
    async begin() {
      const before = ends;
      const dataDir = await engine.call("dataFolder", undefined);
      if (ends !== before) return undefined;
      heard ??= thread.listen(view, listener);
      return dataDir;
    },
    end,
    dispose: end,
  };
}
