/**
 * When what is asked of a search is answered: an answer has the page draw and ask again, and while a search goes on
 * that would take more time than the search itself.
 */
export interface Turns {
  /** Resolves when rows may be sent: while it searches, once for each telling. */
  turn(): Promise<void>;
  /** Resolves with the next telling, or at once where nothing is being searched. */
  told(): Promise<void>;
  /** There is something to search, again. */
  begin(): void;
  /** What was found was told. @param more it searches on */
  tell(more: boolean): void;
}

export function createTurns(): Turns {
  let searching = true;
  let taken = true;
  let waiting: (() => void)[] = [];
  const next = (): Promise<void> => new Promise((resolve) => waiting.push(resolve));

  return {
    async turn() {
      if (searching && taken) await next();
      taken = true;
    },
    async told() {
      if (searching) await next();
    },
    begin() {
      searching = true;
    },
    tell(more) {
      searching = more;
      taken = false;
      const due = waiting;
      waiting = [];
      for (const resolve of due) resolve();
    },
  };
}
