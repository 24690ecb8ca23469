const TENS = [1, 1.2, 1.6, 2, 3, 4, 5, 6, 8, 10];
/** Below ten: half of a line is none, so that but for one all can be halved. */
const FEW = [1, 2, 4, 6, 8];

/** The least round number that bars of counts up to `most` stay below: the last line of the grid behind them. */
export function ceilingOf(most: number): number {
  const few = FEW.find((top) => top >= most);
  if (few !== undefined) return few;
  const power = 10 ** Math.floor(Math.log10(most));
  return Math.round(power * (TENS.find((top) => top * power >= most) ?? 10));
}

/** Where lines of the grid are: on the ground, at the ceiling and half-way up, where that is a whole number. */
export function storeysOf(ceiling: number): number[] {
  return ceiling > 1 ? [0, ceiling / 2, ceiling] : [0, ceiling];
}
