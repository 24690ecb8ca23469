import type { SinkFigures, Snapshot } from "../model.ts";
import { CONTEXT } from "./ids.ts";

/** Context keys of what can be done now. */
export function possible({ sources, sinks }: Pick<Snapshot, "sources" | "sinks">): Record<string, boolean> {
  const some = (...states: readonly string[]) => sources.some(({ state }) => states.includes(state));
  const stores = sinks.filter(({ type }) => type === "store");
  return {
    [CONTEXT.hasSinks]: sinks.length > 0,
    [CONTEXT.replayable]: stores.length > 0 && sinks.length > stores.length,
    [CONTEXT.resettable]: sinks.some(isAmiss),
    [CONTEXT.deadLetters]: sinks.some(hasLetters),
    [CONTEXT.startable]: some("stopped", "failed"),
    [CONTEXT.stoppable]: sources.some(({ state }) => state !== "stopped"),
    [CONTEXT.pausable]: some("starting", "watching", "waiting"),
    [CONTEXT.resumable]: some("paused"),
  };
}

export function isAmiss({ breaker, state }: Pick<SinkFigures, "breaker" | "state">): boolean {
  return breaker.state !== "closed" || state === "retrying" || state === "failed";
}

export function hasLetters({ deadWaiting }: Pick<SinkFigures, "deadWaiting">): boolean {
  return deadWaiting > 0;
}
