import type { SourceContext } from "../source.ts";

/** What a reader waits at: a pause of its source, and the room for what it reads. */
export interface Gate {
  readonly paused: boolean;
  /** Aborted when it is opened for good. */
  readonly signal: AbortSignal;
  pause(): void;
  resume(): void;
  /** Nobody waits here any more: the source ends. */
  open(): void;
  /** Undefined: go on. Ask again when it has resolved. */
  wait(): Promise<void> | undefined;
}

export function createGate(room: SourceContext["room"]): Gate {
  const opened = new AbortController();
  let resumed: PromiseWithResolvers<void> | undefined;
  const resume = (): void => {
    resumed?.resolve();
    resumed = undefined;
  };
  return {
    get paused() {
      return resumed !== undefined;
    },
    signal: opened.signal,
    pause() {
      resumed ??= Promise.withResolvers();
    },
    resume,
    open() {
      opened.abort();
      resume();
    },
    wait() {
      if (opened.signal.aborted) return undefined;
      return resumed?.promise ?? room(opened.signal);
    },
  };
}
