/** Anything that holds a resource until told to let go. */
export interface Disposable {
  dispose(): void;
}

/** Holds what its owner created; an item added after disposal is disposed at once. */
export interface Disposables extends Disposable {
  add<T extends Disposable>(item: T): T;
}

export function createDisposables(): Disposables {
  const items = new Set<Disposable>();
  let disposed = false;
  return {
    add(item) {
      if (disposed) item.dispose();
      else items.add(item);
      return item;
    },
    dispose() {
      disposed = true;
      for (const item of [...items].reverse()) item.dispose();
      items.clear();
    },
  };
}
