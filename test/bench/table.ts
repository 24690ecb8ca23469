import { median } from "./statistics.ts";

/** One row of the table: what each of its runs gave. What a row does not measure is left out. */
export interface Row {
  readonly what: string;
  readonly linesPerSecond?: readonly number[];
  readonly megabytesPerSecond?: readonly number[];
  /** CPU of the whole process, all its threads, in µs a line. */
  readonly cpuPerLine?: readonly number[];
  readonly peakMebibytes?: readonly number[];
  readonly timesReference?: readonly number[];
  /** What the columns do not hold, beside its reference. */
  readonly measured?: string;
  /** Left out of a row that is the reference of others. */
  readonly aim?: { readonly text: string; readonly met: boolean };
}

/** The rows as a Markdown table: medians, with the lowest and highest run in brackets. */
export function markdown(rows: readonly Row[]): string {
  const head = [
    "what",
    "lines/s",
    "MB/s",
    "CPU-µs a line",
    "peak MiB",
    "× reference",
    "measured",
    "aim",
    "met",
  ];
  const cells = rows.map((row) => [
    row.what,
    spread(row.linesPerSecond, (value) => `${Math.round(value / 1000)} k`),
    spread(row.megabytesPerSecond, (value) => value.toFixed(0)),
    spread(row.cpuPerLine, significant),
    spread(row.peakMebibytes, (value) => value.toFixed(0)),
    spread(row.timesReference, (value) => value.toFixed(2)),
    row.measured ?? "–",
    row.aim?.text ?? "–",
    row.aim ? (row.aim.met ? "yes" : "**no**") : "–",
  ]);
  const table = [head, head.map((_, at) => (at > 0 && at < 6 ? "--:" : "---")), ...cells];
  return table.map((line) => `| ${line.map(cell).join(" | ")} |`).join("\n");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ");
}

/** Median and range of several runs: `512 k (498 k–530 k)`. */
export function spread(
  values: readonly number[] | undefined,
  format: (value: number) => string = significant,
): string {
  if (!values || values.length === 0) return "–";
  const middle = format(median(values));
  const [low, high] = [format(Math.min(...values)), format(Math.max(...values))];
  return low === high ? middle : `${middle} (${low}–${high})`;
}

/** Three digits are what such figures are worth. */
export function significant(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "–";
}
