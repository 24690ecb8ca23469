import type { Row } from "./rows.ts";

/**
 * A row that is drawn anew, with all that is below it, loses a click whose button is still down, and closes its
 * tooltip. So figures alone change texts at most so often (ms), and none while someone is at the rows: not within so
 * long of a tooltip being opened, or of something being done with a row. A state is drawn at once, but that of a group
 * is a figure too: its rows tell it.
 */
export const CALM = 5_000;
export const READING = 10_000;
export const BUSY = 5_000;

/** Holds back changes of rows that can wait. */
export interface Calm {
  /** The new rows as they are to be drawn now: with the old texts where only figures changed. */
  settle(before: readonly Row[], after: readonly Row[]): readonly Row[];
  /** In how many ms what was held back by the last `settle` is due; undefined: nothing was. */
  readonly due: number | undefined;
  /** The tooltip of a row was opened. */
  read(id: string): void;
  /** Something was done with a row: it was chosen, opened or shut, or one of its buttons was pressed. */
  touched(): void;
  /** Rows whose tooltips were opened since they were drawn, and may be out of date; each is told once. */
  stale(): readonly string[];
}

/** @param now a clock in ms that nobody sets */
export function createCalm(now: () => number = () => performance.now()): Calm {
  let last = Number.NEGATIVE_INFINITY;
  let heldUntil = Number.NEGATIVE_INFINITY;
  let waits = false;
  const readers = new Set<string>();
  const hold = (ms: number): void => {
    heldUntil = Math.max(heldUntil, now() + ms);
  };

  const settled = (before: Row | undefined, after: Row, due: boolean): Row => {
    const known = new Map(before?.rows.map((row) => [row.id, row]));
    const rows = after.rows.map((row) => settled(known.get(row.id), row, due));
    if (due || !before || standing(before) !== standing(after)) return { ...after, rows };
    const { description, aria, icon, color } = before;
    if (FIGURES.every((key) => before[key] === after[key])) return { ...after, rows };
    waits = true;
    return { ...after, rows, description, aria, icon, color };
  };

  return {
    settle(before, after) {
      const due = now() >= Math.max(last + CALM, heldUntil);
      if (due) last = now();
      waits = false;
      const known = new Map(before.map((row) => [row.id, row]));
      return after.map((row) => settled(known.get(row.id), row, due));
    },
    get due() {
      return waits ? Math.max(0, last + CALM - now(), heldUntil - now()) : undefined;
    },
    read(id) {
      readers.add(id);
      hold(READING);
    },
    touched: () => hold(BUSY),
    stale() {
      if (now() < heldUntil) return [];
      const over = [...readers];
      readers.clear();
      return over;
    },
  };
}

const FIGURES = ["description", "aria", "icon", "color"] as const;

/** What is drawn at once when it changes. */
function standing({ label, icon, color, context, check, rows }: Row): string {
  const state = context === "group" ? [] : [icon, color];
  return JSON.stringify([label, ...state, context, check, rows.map(({ id }) => id)]);
}
