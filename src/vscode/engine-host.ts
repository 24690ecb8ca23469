import type { Disposable } from "../lib/disposables.ts";
import type { Snapshot } from "../model.ts";
import type { ApplyResult, EngineCalls } from "../protocol/engine.ts";
import type { RemoteTold } from "../protocol/remote.ts";

/** Calls the listener until the answer is disposed. Assignable to `vscode.Event`. */
export type Listen<T> = (listener: (value: T) => void) => Disposable;

/**
 * The thread that does the work. `idle`: nothing asked for it yet. `restarting`: it died and comes back
 * by itself. `failed`: it died too often; `retry` starts it again.
 */
export type EngineState =
  | { readonly name: "idle" | "starting" | "running" | "closed" }
  | { readonly name: "restarting" | "failed"; readonly reason: string };

/**
 * What views and commands see of the engine thread. Views start and stop sources through the commands
 * (`executeCommand("logMonitor.pause", { source })`), so that every surface behaves alike.
 */
export interface EngineHost {
  readonly state: EngineState;
  /** The last one received; undefined before the first. */
  readonly snapshot: Snapshot | undefined;
  /** Why the last thread that died did, and when (ms since the epoch). */
  readonly lastDeath: { readonly reason: string; readonly at: number } | undefined;
  /** At most 4 a second, and only when something changed. */
  readonly onSnapshot: Listen<Snapshot>;
  readonly onState: Listen<EngineState>;
  /** After each configuration that was applied or refused. */
  readonly onApplied: Listen<ApplyResult>;
  /** What is told of searches in remote indexes. */
  readonly onRemote: Listen<RemoteTold>;
  /**
   * Starts the thread when it isn't running. Rejects with the reason (RemoteError) when the engine refuses
   * or the thread ends before the answer: nobody waits for ever.
   */
  call<K extends Exclude<keyof EngineCalls, "configure" | "close">>(
    name: K,
    argument: EngineCalls[K][0],
  ): Promise<EngineCalls[K][1]>;
  /** Sends the configuration as it is now; the host does so itself whenever it starts a thread. */
  configure(): Promise<ApplyResult>;
  /** Starts a thread that gave up, with a clean count of deaths; one that runs gets the configuration again. */
  retry(): void;
  /** Lets the engine flush, for at most `deadline` ms, then ends the thread. */
  close(deadline?: number): Promise<void>;
}
