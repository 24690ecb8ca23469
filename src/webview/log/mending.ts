import type { Remedy } from "./empty.ts";
import type { Filter } from "./state.ts";

type Run = Omit<Extract<Remedy, { readonly command: unknown }>, "label">;

interface Parts {
  /** The filter in force. */
  readonly filter: () => Filter;
  readonly apply: (filter: Filter) => void;
  /** Searches in this index; undefined: on this computer. */
  readonly move: (index: string | undefined) => void;
  readonly resume: () => void;
  readonly search: () => void;
  readonly run: (command: Run) => Promise<void>;
  readonly fail: (error: unknown) => void;
}

/** Does what brings lines into sight; what was searched for in vain is searched for once more. */
export function createMending({ filter, apply, move, resume, search, run, fail }: Parts) {
  return (remedy: Remedy): void => {
    if ("filter" in remedy) {
      if (JSON.stringify(remedy.filter) === JSON.stringify(filter())) search();
      else apply(remedy.filter);
    } else if ("index" in remedy) move(remedy.index);
    else if ("resume" in remedy) resume();
    else {
      const { label: _, ...command } = remedy;
      void run(command).then(search, fail);
    }
  };
}
