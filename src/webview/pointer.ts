/** The step that the crosshair of all charts stands at: seconds since the epoch; undefined: none. */
export interface Pointer {
  readonly time: number | undefined;
  set(time: number | undefined): void;
  onChange(listener: () => void): void;
}

export function createPointer(): Pointer {
  const listeners: (() => void)[] = [];
  let time: number | undefined;
  return {
    get time() {
      return time;
    },
    set(next) {
      if (next === time) return;
      time = next;
      for (const listener of listeners) listener();
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
