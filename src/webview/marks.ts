import type { Plot } from "./plot.ts";

/** As many labels have room on the axis. */
const LABELS = 6;

/** So many characters of a name have room beside its strip. */
const NAME = 9;

interface Mark {
  readonly at: number;
  readonly text: string;
}

/** What stands beside the rows of a plot: the names of strips, or round values of a heat map, each with its place in rows. */
export function marksOf(plot: Plot): readonly Mark[] {
  return plot.states ? namesOf(plot) : valuesOf(plot);
}

/** As many as have room, from the top. */
function namesOf({ lines }: Plot): readonly Mark[] {
  const every = Math.ceil(lines.length / LABELS);
  const marks = lines.flatMap(({ label }, i) => {
    const text = label.length > NAME ? `${label.slice(0, NAME - 1)}…` : label;
    return i % every === 0 ? [{ at: lines.length - i - 0.5, text }] : [];
  });
  return marks.toReversed();
}

function valuesOf(plot: Plot): readonly Mark[] {
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
