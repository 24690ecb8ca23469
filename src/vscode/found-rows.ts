/**
 * The rows of a list to whose own ones others come that are looked for. Rows that are shown stay where they are:
 * someone may be about to click on one, and the editor tells the place of the row that was chosen, not its name. So
 * none is shown until all are there, and those that come after the patience has run out come last.
 */
export interface FoundRows<T> {
  /** What was found; nothing for a search that failed. */
  found(rows: readonly T[]): void;
  /** The search takes too long to be waited for. */
  late(): void;
  /** All rows, in order; undefined while none is to be shown. */
  among(own: readonly T[]): readonly T[] | undefined;
}

export function createFoundRows<T>(): FoundRows<T> {
  let rows: readonly T[] | undefined;
  let isLate = false;
  return {
    found(all) {
      rows = all;
    },
    late() {
      isLate = rows === undefined;
    },
    among(own) {
      if (isLate) return [...own, ...(rows ?? [])];
      return rows && [...rows, ...own];
    },
  };
}
