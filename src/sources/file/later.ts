/** Looks that are due some time after they were asked for, one for each path. */
export interface Later {
  add(path: string): void;
  close(): void;
}

/** @param wait ms */
export function createLater(wait: number, look: (path: string) => void): Later {
  const due = new Map<string, NodeJS.Timeout>();
  let closed = false;
  return {
    add(path) {
      if (closed || due.has(path)) return;
      const again = (): void => {
        due.delete(path);
        look(path);
      };
      due.set(path, setTimeout(again, wait));
    },
    close() {
      closed = true;
      for (const timer of due.values()) clearTimeout(timer);
      due.clear();
    },
  };
}
