import type { Disposable } from "../lib/disposables.ts";
import type { FacetsTold } from "../protocol/log-view.ts";
import type { EngineHost } from "./engine-host.ts";
import type { QueryThread } from "./log-view-thread.ts";

/** Counts which values the fields of the lines in a time have, for one page; on the query thread, as log views do. */
export interface Values extends Disposable {
  /** Begins anew with another time; the query thread checks the request. */
  search(request: unknown): Promise<void>;
  /** Nobody looks: nothing is counted. */
  end(): void;
}

export function createValues({
  engine,
  thread,
  view,
  tell,
}: {
  readonly engine: EngineHost;
  readonly thread: QueryThread;
  /** Tells views apart. */
  readonly view: number;
  readonly tell: (facets: FacetsTold) => void;
}): Values {
  let heard: Disposable | undefined;
  const end = (): void => {
    heard?.dispose();
    heard = undefined;
  };
  return {
    async search(request) {
      // Looking at the dashboard starts no thread where nothing is configured.
      if (engine.state.name === "idle") return;
      const dataDir = await engine.call("dataFolder", undefined);
      heard ??= thread.listen(view, { progress: () => undefined, facets: tell, failed: end });
      await thread.call("search", { view, dataDir, request });
      await thread.call("facets", { view, request: { on: true } });
    },
    end,
    dispose: end,
  };
}
