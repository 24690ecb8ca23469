import type { Row } from "./rows.ts";

/**
 * A row that is drawn anew loses a click whose button is still down, and closes its tooltip. So figures alone change
 * its text at most so often (ms), and not within so long of its tooltip being opened; its state is drawn at once.
 */
export const CALM = 5_000;
const READING = 10_000;

/** Holds back changes of rows that can wait. */
export interface Calm {
  /** The new rows as they are to be drawn now: with the old texts where only figures changed. */
  settle(before: readonly Row[], after: readonly Row[]): readonly Row[];
  /** In how many ms what was held back by the last `settle` is due; undefined: nothing was. */
  readonly due: number | undefined;
  /** The tooltip of a row was opened. */
  read(id: string): void;
  /** Rows whose tooltips were opened since they were drawn, and may be out of date; each is told once. */
  stale(): readonly string[];
}

/** @param now a clock in ms that nobody sets */
export function createCalm(now: () => number = () => performance.now()): Calm {
  let last = Number.NEGATIVE_INFINITY;
  let waits = false;
  const readers = new Map<string, number>();
  const isRead = (row: Row): boolean =>
    now() - (readers.get(row.id) ?? Number.NEGATIVE_INFINITY) < READING || row.rows.some(isRead);

  const settled = (before: Row | undefined, after: Row, due: boolean): Row => {
    const known = new Map(before?.rows.map((row) => [row.id, row]));
    const rows = after.rows.map((row) => settled(known.get(row.id), row, due));
    if (!before || standing(before) !== standing(after)) return { ...after, rows };
    if (before.description === after.description && before.aria === after.aria) return { ...after, rows };
    if (due && !isRead(after)) return { ...after, rows };
    waits = true;
    return { ...after, rows, description: before.description, aria: before.aria };
  };

  return {
    settle(before, after) {
      const due = now() - last >= CALM;
      if (due) last = now();
      waits = false;
      const known = new Map(before.map((row) => [row.id, row]));
      return after.map((row) => settled(known.get(row.id), row, due));
    },
    get due() {
      return waits ? Math.max(0, last + CALM - now()) : undefined;
    },
    read: (id) => void readers.set(id, now()),
    stale() {
      const over = [...readers].filter(([, at]) => now() - at >= READING).map(([id]) => id);
      for (const id of over) readers.delete(id);
      return over;
    },
  };
}

/** What is drawn at once when it changes. */
function standing({ label, icon, color, context, check, rows }: Row): string {
  return JSON.stringify([label, icon, color, context, check, rows.map(({ id }) => id)]);
}
