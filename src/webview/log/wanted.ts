import type { Anchor } from "./place.ts";

/**
 * Where the list was put, as when it is shown again: it stands there as soon as it can, though rows and what stands
 * around them come to their heights one after the other, until its reader does anything.
 */
export interface Wanted {
  at: Anchor | undefined;
  /** The rows moved by so many places. */
  shift(places: number): void;
}

/** @param reader hears of all that its reader does */
export function createWanted(reader: EventTarget): Wanted {
  const wanted: Wanted = {
    at: undefined,
    shift(places) {
      if (wanted.at) wanted.at = { ...wanted.at, place: wanted.at.place + places };
    },
  };
  const forget = (): void => {
    wanted.at = undefined;
  };
  for (const type of ["keydown", "pointerdown", "wheel"])
    reader.addEventListener(type, forget, { capture: true, passive: true });
  return wanted;
}
