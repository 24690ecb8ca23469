import type { Worker } from "node:worker_threads";
import { reasonOf } from "../errors.ts";
import type { Disposable } from "../lib/disposables.ts";
import { type Channel, createChannel } from "../protocol/channel.ts";
import type { TrialCalls } from "../protocol/trial.ts";

type Nothing = Record<never, never>;

/** The thread that parsers are tried on: there from the first question on, until this is disposed. */
export interface Trials extends Disposable {
  /** Rejects when what is asked for can't be done, or the thread ends before the answer. */
  call<K extends keyof TrialCalls & string>(name: K, argument: TrialCalls[K][0]): Promise<TrialCalls[K][1]>;
}

/** @param spawn starts the thread; one that died is replaced when it is asked for something */
export function createTrialThread(spawn: () => Worker): Trials {
  let thread: { readonly worker: Worker; readonly channel: Channel<TrialCalls, Nothing> } | undefined;

  const begin = (): Channel<TrialCalls, Nothing> => {
    const worker = spawn();
    const channel = createChannel<TrialCalls, Nothing, Nothing, Nothing>(
      {
        post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
        listen: (receive) => void worker.on("message", receive),
      },
      {},
      {},
    );
    const died = (reason: string): void => {
      channel.close(reason);
      if (thread?.worker === worker) thread = undefined;
      void worker.terminate();
    };
    worker.on("error", (error) => died(reasonOf(error)));
    worker.on("exit", (code) => died(`the thread that tries parsers exited with code ${code}`));
    worker.stdout?.resume();
    worker.stderr?.resume();
    thread = { worker, channel };
    return channel;
  };

  return {
    call: (name, argument) => (thread?.channel ?? begin()).call(name, argument),
    dispose() {
      thread?.channel.close("nobody asks any more");
      void thread?.worker.terminate();
      thread = undefined;
    },
  };
}
