/** Widths of the window that can be chosen, in seconds. */
export const RANGES = [300, 900, 3_600, 21_600, 86_400, 604_800, 2_592_000] as const;

export function longerThan(seconds: number): number | undefined {
  return RANGES.find((range) => range > seconds);
}
