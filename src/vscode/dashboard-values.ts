import type { Disposable } from "../lib/disposables.ts";
import type { FacetsTold } from "../protocol/log-view.ts";
import type { EngineHost } from "./engine-host.ts";
import { createHearing } from "./hearing.ts";
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
  fail,
}: {
  readonly engine: Pick<EngineHost, "state" | "call">;
  readonly thread: QueryThread;
  /** Tells views apart. */
  readonly view: number;
  readonly tell: (facets: FacetsTold) => void;
  /** What was being counted is not counted any more. */
  readonly fail: (reason: string) => void;
}): Values {
  const hearing = createHearing(engine, thread, view, {
    progress: () => undefined,
    facets: tell,
    failed({ reason }) {
      hearing.end();
      fail(reason);
    },
  });
  return {
    async search(request) {
      // Looking at the dashboard starts no thread where nothing is configured.
      if (engine.state.name === "idle") return;
      const dataDir = await hearing.begin();
      if (dataDir === undefined) return;
      await thread.call("search", { view, dataDir, request });
      await thread.call("facets", { view, request: { on: true } });
    },
    end: hearing.end,
    dispose: hearing.dispose,
  };
}
