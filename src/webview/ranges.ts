/** Widths of the window that can be chosen, in seconds. */
export const RANGES = [300, 900, 3_600, 21_600, 86_400, 604_800] as const;

/** "5 min", "15 min", "1 h", "7 d": units that every language of the editor writes like this. */
export function rangeName(seconds: number): string {
  if (seconds > 86_400) return `${seconds / 86_400} d`;
  return seconds < 3_600 ? `${seconds / 60} min` : `${seconds / 3_600} h`;
}

export function longerThan(seconds: number): number | undefined {
  return RANGES.find((range) => range > seconds);
}
