/** A log that is offered. */
export interface FoundLog {
  readonly path: string;
  /** Since the epoch, ms. */
  readonly mtimeMs: number;
}

/** At most so many logs, those changed last first; what is watched already comes after all others. */
export function recentFirst<T extends FoundLog>(
  logs: readonly T[],
  watched: ReadonlySet<string>,
  most: number,
): readonly T[] {
  const rank = ({ path }: FoundLog) => Number(watched.has(path));
  return logs.toSorted((a, b) => rank(a) - rank(b) || b.mtimeMs - a.mtimeMs).slice(0, most);
}
