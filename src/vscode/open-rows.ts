/** So many rows are remembered. */
const MOST = 500;

/** Which rows of a view a person opened or shut, also after a reload. */
export interface OpenRows {
  isOpen(id: string, otherwise: boolean): boolean;
  note(id: string, open: boolean): void;
}

/** What the editor keeps with a workspace. */
interface Kept {
  get<T>(key: string, otherwise: T): T;
  update(key: string, value: unknown): PromiseLike<void>;
}

/** @param key that nothing else in the memento has */
export function createOpenRows(memento: Kept, key: string): OpenRows {
  const kept = new Map<string, boolean>(memento.get<[string, boolean][]>(key, []));
  return {
    isOpen: (id, otherwise) => kept.get(id) ?? otherwise,
    note(id, open) {
      // Last, so that what was long ago goes first.
      kept.delete(id);
      kept.set(id, open);
      void memento.update(key, [...kept].slice(-MOST));
    },
  };
}
