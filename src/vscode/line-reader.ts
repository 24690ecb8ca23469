import type { Disposable } from "../lib/disposables.ts";
import type { LinesAnswer, LinesRequest } from "../lib/lines.ts";
import type { QueryThread } from "./log-view-thread.ts";

/** Views of the query thread are counted from 1. */
const VIEW = 0;

/** The lines of documents, which the query thread reads. It is kept while some are shown, or on their way. */
export interface LineReader extends Disposable {
  /** Does something that reads lines, or shows them. */
  use<T>(work: (read: (request: LinesRequest) => Promise<LinesAnswer>) => Promise<T>): Promise<T>;
  /** What is shown under an address. */
  shown(address: string): LinesAnswer | undefined;
  show(address: string, lines: LinesAnswer): void;
  close(address: string): void;
}

export function createLineReader(thread: QueryThread): LineReader {
  const documents = new Map<string, LinesAnswer>();
  let working = 0;
  let user: Disposable | undefined;

  const end = (): void => {
    user?.dispose();
    user = undefined;
  };
  const rest = (): void => {
    if (documents.size === 0 && working === 0) end();
  };

  return {
    async use(work) {
      working++;
      try {
        return await work((request) => {
          user ??= thread.listen(VIEW, {
            progress: () => undefined,
            facets: () => undefined,
            failed: () => undefined,
          });
          return thread.call("lines", request);
        });
      } finally {
        working--;
        rest();
      }
    },
    shown: (address) => documents.get(address),
    show: (address, lines) => void documents.set(address, lines),
    close(address) {
      documents.delete(address);
      rest();
    },
    dispose: end,
  };
}
