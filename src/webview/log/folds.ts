import type { Row } from "../../protocol/log-view.ts";

/** So much of a message (UTF-16 units) is unfolded in the list; the details have more. */
const UNFOLDED = 100_000;

/** Messages of several lines are one row each, folded to their first line until one wants them whole. */
export interface Folds {
  isOpen(row: Row): boolean;
  /** What a row shows of its message, and how many characters beyond. */
  textOf(row: Row): { readonly text: string; readonly more: number };
  toggle(row: Row): void;
  /** Whether any was unfolded. */
  readonly any: boolean;
}

interface Parts {
  /** The message of a record as a whole. */
  readonly load: (row: Row) => Promise<string>;
  readonly changed: () => void;
}

export function createFolds({ load, changed }: Parts): Folds {
  /** Whole messages of those that are unfolded, by key; undefined while they are on their way. */
  const open = new Map<string, string | undefined>();
  return {
    get any() {
      return open.size > 0;
    },
    isOpen: ({ key }) => open.has(key.join()),
    textOf({ key, message, more }) {
      const whole = open.get(key.join());
      if (whole === undefined) return { text: message, more };
      return { text: whole.slice(0, UNFOLDED), more: Math.max(0, whole.length - UNFOLDED) };
    },
    toggle(row) {
      const { key, message, more } = row;
      const name = key.join();
      if (open.delete(name)) return changed();
      open.set(name, more > 0 ? undefined : message);
      changed();
      if (more === 0) return;
      load(row).then(
        (whole) => {
          if (!open.has(name)) return;
          open.set(name, whole);
          changed();
        },
        () => undefined,
      );
    },
  };
}
