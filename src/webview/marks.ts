import type { Plot } from "./plot.ts";

/** As many labels have room on the axis. */
const LABELS = 6;

/** Round values on the axis of a heat map: their places, in rows, with their texts. */
export function marksOf(plot: Plot): readonly { readonly at: number; readonly text: string }[] {
  const rows = plot.heat?.rows ?? [];
  const zeros = rows.findIndex(({ high }) => high > 0);
  const text = (value: number) => plot.heat?.edgeText(value) ?? "";
  if (zeros < 0) return rows.length > 0 ? [{ at: 0.5, text: text(0) }] : [];
  const [low = 1, high = 1] = [rows[zeros]?.low, rows.at(-1)?.high];
  const factor = Math.log((rows[zeros]?.high ?? 1) / low);
  const round: number[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.log10(high); power++) {
    for (const digit of [1, 2, 5]) round.push(digit * 10 ** power);
  }
  const marks = zeros > 0 ? [{ at: 0.5, text: text(0) }] : [];
  // Tens go before what lies between them.
  const tens = round.filter((_, i) => i % 3 === 0 && (round[i] ?? 0) >= low && (round[i] ?? 0) <= high);
  for (const value of tens.length > 1 ? tens : round) {
    const at = zeros + Math.log(value / low) / factor;
    const last = marks.at(-1)?.at ?? -rows.length;
    if (value >= low && value <= high && at - last >= rows.length / LABELS)
      marks.push({ at, text: text(value) });
  }
  return marks;
}
