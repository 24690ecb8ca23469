import type { Worker } from "node:worker_threads";
import { reasonOf } from "../errors.ts";
import type { Disposable } from "../lib/disposables.ts";
import type { Log } from "../lib/log.ts";
import { type Channel, createChannel, RemoteError } from "../protocol/channel.ts";
import type {
  FacetsTold,
  Failure,
  Progress,
  QueryCalls,
  QueryNotices,
  TrendTold,
} from "../protocol/log-view.ts";

type NoCalls = Record<never, never>;

/** What a view hears of its search. */
export interface Listener {
  progress(progress: Progress): void;
  facets(facets: FacetsTold): void;
  trend?(trend: TrendTold): void;
  failed(failure: Failure): void;
}

/** The thread that searches for all log views. It is there only while one of them is. */
export interface QueryThread extends Disposable {
  /** Rejects when nobody listens any more: what comes late starts no thread, as nothing would end it. */
  call<K extends keyof QueryCalls & string>(name: K, argument: QueryCalls[K][0]): Promise<QueryCalls[K][1]>;
  /** Hears what is told of a view's search, until it is disposed: then the search ends too. */
  listen(view: number, listener: Listener): Disposable;
}

interface Thread {
  readonly worker: Worker;
  readonly channel: Channel<QueryCalls, NoCalls>;
}

/** @param spawn starts the thread; this ends it. One that died is replaced when it is asked for something. */
export function createQueryThread(spawn: () => Worker, log: Log): QueryThread {
  const listeners = new Map<number, Listener>();
  let thread: Thread | undefined;

  const ended = (of: Thread, reason: string): void => {
    if (of !== thread) return;
    thread = undefined;
    of.channel.close(reason);
    void of.worker.terminate();
  };

  const begin = (): Thread => {
    const worker = spawn();
    const channel = createChannel<QueryCalls, NoCalls, NoCalls, QueryNotices>(
      {
        post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
        listen: (receive) => void worker.on("message", receive),
      },
      {},
      {
        progress: ({ view, progress }) => listeners.get(view)?.progress(progress),
        // Exports have threads of their own.
        exported: () => undefined,
        facets: ({ view, facets }) => listeners.get(view)?.facets(facets),
        trend: ({ view, trend }) => listeners.get(view)?.trend?.(trend),
        failed: ({ view, ...failure }) => listeners.get(view)?.failed(failure),
      },
    );
    const started: Thread = { worker, channel };
    const died = (reason: string): void => {
      if (started !== thread) return;
      log.error(`The query thread ended: ${reason}`);
      ended(started, reason);
      for (const listener of listeners.values()) listener.failed({ reason });
    };
    // Not `once`: a thread that is being ended may fail again, and an error nobody hears ends the process.
    worker.on("error", (error) => died(reasonOf(error)));
    worker.on("exit", (code) => died(`it exited with code ${code}`));
    worker.stdout?.on("data", (data) => log.debug(String(data).trimEnd()));
    worker.stderr?.on("data", (data) => log.debug(String(data).trimEnd()));
    thread = started;
    return started;
  };

  return {
    call(name, argument) {
      if (!thread && listeners.size === 0)
        return Promise.reject(new RemoteError("no log view is open", "Closed"));
      return (thread ?? begin()).channel.call(name, argument);
    },
    listen(view, listener) {
      listeners.set(view, listener);
      return {
        dispose() {
          listeners.delete(view);
          if (!thread) return;
          if (listeners.size === 0) ended(thread, "no log view is open");
          else thread.channel.call("close", { view }).catch(() => undefined);
        },
      };
    },
    dispose() {
      if (thread) ended(thread, "the extension was ended");
    },
  };
}
