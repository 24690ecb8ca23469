import type { Disposable } from "../lib/disposables.ts";
import type { LogTarget, Place, QueryCalls, SearchAnswer } from "../protocol/log-view.ts";
import { type RemoteCall, type RemoteName, SEARCHED, type ToldOfView } from "../protocol/remote.ts";
import { Superseded } from "../protocol/superseded.ts";
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
  shown: true,
};

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
  /** Number of the last search that was asked for, whether that is there, and of the last one that has begun. */
  let [last, wanted, begun] = [0, false, 0];
  const ask = (name: RemoteName, argument: unknown): Promise<unknown> =>
    engine.call("remote", { name, argument } as RemoteCall);
  const search = async (argument: QueryCalls["search"][0]): Promise<SearchAnswer> => {
    const { view, request } = argument;
    const number = ++last;
    const there = typeof request === "object" && request !== null && "index" in request;
    wanted = there;
    const asked = there ? ask("search", { view, request }) : thread.call("search", argument);
    const answer = (await asked) as SearchAnswer;
    if (answer.problem) return answer;
    // A server that is slow answers when another search is shown already.
    const overtaken = number < begun;
    begun = Math.max(begun, number);
    if (there === remote) return answer;
    if (!overtaken) remote = there;
    // Where no search is shown any more, none goes on, but for one that was asked for there since. Not awaited: what is
    // told of the new one would come before the answer that it has begun.
    if (wanted === remote)
      (remote ? thread.call("close", { view }) : ask("close", { view })).catch(() => undefined);
    if (overtaken) throw new Superseded();
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
        engine.onRemote((one) => {
          if (one.name !== "exported" && one.told.view === view && remote) hear(one, listener);
        }),
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

function hear(told: ToldOfView, listener: Listener): void {
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

/** Where a view that is opened for one source alone searches, as far as that can be searched now. */
export function placed(engine: Pick<EngineHost, "snapshot">, target: LogTarget): LogTarget {
  const { searchIn: index } = engine.snapshot?.sources.find(({ id }) => id === target.source) ?? {};
  return index !== undefined && placesOf(engine).some(({ id }) => id === index)
    ? { ...target, index }
    : target;
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
