import { reasonOf } from "../../errors.ts";
import type { Row } from "../../protocol/log-view.ts";

/** So much of a message (UTF-16 units) is unfolded in the list; the details have more. */
const UNFOLDED = 100_000;

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

/** A row that is unfolded: its whole message, unless that is on its way or can't be had. */
interface Unfolded {
  readonly whole?: string;
  readonly failure?: string;
}

export function createFolds({ load, changed, fail }: Parts): Folds {
  const open = new Map<string, Unfolded>();
  return {
    get any() {
      return open.size > 0;
    },
    isOpen: ({ key }) => open.has(key.join()),
    textOf({ key, message, more }) {
      const { whole, failure } = open.get(key.join()) ?? {};
      if (whole === undefined) return { text: message, more, failure };
      return { text: whole.slice(0, UNFOLDED), more: Math.max(0, whole.length - UNFOLDED) };
    },
    toggle(row) {
      const { key, message, more } = row;
      const name = key.join();
      if (open.delete(name)) return changed();
      const begun: Unfolded = more > 0 ? {} : { whole: message };
      open.set(name, begun);
      changed();
      if (more === 0) return;
      const found = (next: Unfolded): void => {
        // It may have been folded meanwhile, and unfolded anew.
        if (open.get(name) !== begun) return;
        open.set(name, next);
        changed();
      };
      load(row).then(
        (whole) => found({ whole }),
        (error) => {
          found({ failure: reasonOf(error) });
          fail(error);
        },
      );
    },
  };
}
