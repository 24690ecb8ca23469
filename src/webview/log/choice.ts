import type { Key } from "../../protocol/log-view.ts";

/** How long (ms) what is to be done with a row waits for that to come: later nobody expects it any more. */
const PATIENCE = 5_000;

export interface ChosenRow {
  /** May be another by now. */
  place: number;
  /** Not known before the row has come. */
  key: Key | undefined;
  /** Is told of the key then. */
  came?: (key: Key) => void;
}

/** The row and the cell that are chosen. */
export interface Choice {
  row: ChosenRow | undefined;
  /** Of the columns shown; undefined: rows are chosen as a whole. */
  column: number | undefined;
}

/** A row that was chosen by its place has come. */
export function come(row: ChosenRow, key: Key): void {
  row.key = key;
  row.came?.(key);
}

/**
 * The key of the row that is chosen, also of one that has yet to come, or is being fetched anew: who presses a key on
 * it means it all the same. Undefined: no row is chosen, or it does not come soon, or another has been chosen since.
 */
export function whenCome(choice: Choice, patience = PATIENCE): Promise<Key | undefined> {
  const { row } = choice;
  if (!row || row.key) return Promise.resolve(row?.key);
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, patience, undefined);
    const others = row.came;
    row.came = (key) => {
      others?.(key);
      clearTimeout(timer);
      resolve(choice.row === row ? key : undefined);
    };
  });
}
