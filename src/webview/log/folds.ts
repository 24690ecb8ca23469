import { reasonOf } from "../../errors.ts";
import type { Key, Row } from "../../protocol/log-view.ts";

/** So much of a message (UTF-16 units) is unfolded in the list; the details have more. */
const UNFOLDED = 100_000;
/** So many records that are unfolded are remembered. */
export const MOST_UNFOLDED = 100;

/** Messages of several lines are one row each, folded to their first line until one wants them whole. */
export interface Folds {
  isOpen(row: Row): boolean;
  /** What a row shows of its message, how many characters there are beyond, and why these can't be had. */
  textOf(row: Row): { readonly text: string; readonly more: number; readonly failure?: string | undefined };
  toggle(row: Row): void;
  /** Whether any was unfolded. */
  readonly any: boolean;
}

interface Parts {
  /** The message of a record as a whole. */
  readonly load: (row: Row) => Promise<string>;
  readonly changed: () => void;
  /** Says why a message is not had as a whole. */
  readonly fail: (error: unknown) => void;
}

/** Records that were unfolded before the view was hidden, and those that are by now: the latest last. */
export interface Unfolding {
  readonly before: readonly Key[];
  readonly keep: (unfolded: readonly Key[]) => void;
}

/** A row that is unfolded: its whole message, unless that is on its way or can't be had. */
interface Unfolded {
  readonly key: Key;
  /** It was unfolded before the view was hidden, and was not in sight since. */
  readonly before?: true;
  readonly whole?: string;
  readonly failure?: string;
}

export function createFolds({ load, changed, fail }: Parts, { before, keep }: Unfolding): Folds {
  const open = new Map<string, Unfolded>(before.map((key) => [key.join(), { key, before: true }]));

  const unfold = (row: Row): Unfolded => {
    const { key, message, more } = row;
    const name = key.join();
    const begun: Unfolded = more > 0 ? { key } : { key, whole: message };
    open.set(name, begun);
    if (more === 0) return begun;
    const found = (next: Omit<Unfolded, "key">): void => {
      // It may have been folded meanwhile, and unfolded anew.
      if (open.get(name) !== begun) return;
      open.set(name, { key, ...next });
      changed();
    };
    load(row).then(
      (whole) => found({ whole }),
      (error) => {
        found({ failure: reasonOf(error) });
        fail(error);
      },
    );
    return begun;
  };

  return {
    get any() {
      return open.size > 0;
    },
    isOpen: ({ key }) => open.has(key.join()),
    textOf(row) {
      const { message, more } = row;
      const its = open.get(row.key.join());
      const { whole, failure } = (its?.before ? unfold(row) : its) ?? {};
      if (whole === undefined) return { text: message, more, failure };
      return { text: whole.slice(0, UNFOLDED), more: Math.max(0, whole.length - UNFOLDED) };
    },
    toggle(row) {
      if (!open.delete(row.key.join())) unfold(row);
      keep([...open.values()].slice(-MOST_UNFOLDED).map(({ key }) => key));
      changed();
    },
  };
}
