import type { Span } from "./span.ts";

/** Where the crosshair of all charts stands, and the span that is being chosen: seconds since the epoch. */
export interface Pointer {
  /** The step; undefined: none. */
  readonly time: number | undefined;
  readonly span: Span | undefined;
  set(time: number | undefined): void;
  /** Marks what is being chosen, on all charts. */
  mark(span: Span | undefined): void;
  onChange(listener: () => void): void;
}

export function createPointer(): Pointer {
  const listeners: (() => void)[] = [];
  let time: number | undefined;
  let span: Span | undefined;
  const tell = (): void => {
    for (const listener of listeners) listener();
  };
  return {
    get time() {
      return time;
    },
    get span() {
      return span;
    },
    set(next) {
      if (next === time) return;
      time = next;
      tell();
    },
    mark(next) {
      if (next?.from === span?.from && next?.until === span?.until) return;
      span = next;
      tell();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
