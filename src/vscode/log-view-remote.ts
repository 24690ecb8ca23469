import type { Disposable } from "../lib/disposables.ts";
import type { Place, QueryCalls, SearchAnswer } from "../protocol/log-view.ts";
import type { RemoteCall, RemoteName } from "../protocol/remote.ts";
import type { EngineHost } from "./engine-host.ts";
import type { Listener, QueryThread } from "./log-view-thread.ts";

const NAMES: Readonly<Record<Exclude<RemoteName, "close" | "search">, true>> = {
  rows: true,
  names: true,
  suggest: true,
  details: true,
  live: true,
  facets: true,
  place: true,
  bytes: true,
  links: true,
};
const SEARCHED = ["elasticsearch", "opensearch"];

/** What answers the questions of one view: the query thread, or the engine's where it searches in a sink's index. */
export interface Searcher extends Pick<QueryThread, "call" | "listen"> {
  /** Whether the search that is shown is in an index. */
  readonly remote: boolean;
}

export function createSearcher(
  thread: Pick<QueryThread, "call" | "listen">,
  engine: Pick<EngineHost, "call" | "onRemote" | "onState">,
): Searcher {
  let remote = false;
  const ask = (name: RemoteName, argument: unknown): Promise<unknown> =>
    engine.call("remote", { name, argument } as RemoteCall);
  const search = async (argument: QueryCalls["search"][0]): Promise<SearchAnswer> => {
    const { view, request } = argument;
    const there = typeof request === "object" && request !== null && "index" in request;
    const asked = there ? ask("search", { view, request }) : thread.call("search", argument);
    const answer = (await asked) as SearchAnswer;
    if (answer.problem || there === remote) return answer;
    remote = there;
    // The search that was shown before is in the other place.
    await (there ? thread.call("close", { view }) : ask("close", { view }));
    return answer;
  };
  return {
    get remote() {
      return remote;
    },
    async call(name, argument) {
      if (name === "search") return search(argument as QueryCalls["search"][0]);
      if (remote && Object.hasOwn(NAMES, name)) return ask(name as RemoteName, argument) as never;
      return thread.call(name, argument);
    },
    listen(view, listener) {
      const parts: Disposable[] = [
        thread.listen(view, listener),
        engine.onRemote((told) => told.told.view === view && remote && hear(told, listener)),
        engine.onState((state) => remote && "reason" in state && listener.failed({ reason: state.reason })),
      ];
      return {
        dispose() {
          for (const part of parts) part.dispose();
          if (remote) ask("close", { view }).catch(() => undefined);
        },
      };
    },
  };
}

function hear(told: Parameters<Parameters<EngineHost["onRemote"]>[0]>[0], listener: Listener): void {
  if (told.name === "progress") listener.progress(told.told.progress);
  else if (told.name === "facets") listener.facets(told.told.facets);
  else {
    const { view: _, ...failure } = told.told;
    listener.failed(failure);
  }
}

/** The sinks whose indexes can be searched. */
export function placesOf({ snapshot }: Pick<EngineHost, "snapshot">): Place[] {
  return (snapshot?.sinks ?? [])
    .filter(({ type }) => SEARCHED.includes(type))
    .map(({ id, type }) => ({ id, type }));
}

/** Tells when others can be searched. */
export function onPlaces(
  engine: Pick<EngineHost, "snapshot" | "onSnapshot">,
  changed: (places: Place[]) => void,
): Disposable {
  let before = JSON.stringify(placesOf(engine));
  return engine.onSnapshot(() => {
    const places = placesOf(engine);
    const now = JSON.stringify(places);
    if (now !== before) changed(places);
    before = now;
  });
}
