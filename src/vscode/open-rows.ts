import type { Memento } from "vscode";

/** So many rows are remembered. */
const MOST = 500;

/** Which rows of a view a person opened or shut, also after a reload. */
export interface OpenRows {
  isOpen(id: string, otherwise: boolean): boolean;
  note(id: string, open: boolean): void;
}

/** @param key that nothing else in the memento has */
export function createOpenRows(memento: Pick<Memento, "get" | "update">, key: string): OpenRows {
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
