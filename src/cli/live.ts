import { counted } from "../lib/counted.ts";
import type { FileFigures, Snapshot } from "../model.ts";

/** The figures as one line: rate, totals, what waits, each sink that is behind or in trouble. */
export function liveLine({ totals, sources, sinks, spool, followed }: Snapshot): string {
  const files = sources.reduce((sum, source) => sum + found(source.files).length, 0);
  const parts = [
    ...(followed ? [`following process ${followed.process ?? "unknown"}`] : []),
    `${short(totals.linesPerSecond)} lines/s`,
    `${short(totals.bytesPerSecond)}B/s`,
    `${counted(totals.lines, "line")} of ${counted(files, "file")}`,
  ];
  if (totals.unparsed > 0) parts.push(`${totals.unparsed} unparsed`);
  parts.push(`spool ${short(spool.bytes)}B`);
  for (const { id, state, lagRecords, dropped } of sinks) {
    if (state !== "running") parts.push(`${id}: ${state}`);
    else if (lagRecords > 0) parts.push(`${id}: ${short(lagRecords)} behind`);
    if (dropped > 0) parts.push(`${id}: ${dropped} given up`);
  }
  return parts.join(" · ");
}

/** Without those that are waited for. */
function found(files: readonly FileFigures[]): readonly FileFigures[] {
  return files.filter(({ state }) => state !== "waiting");
}

/** A number in at most five characters: 999, 12.3 k, 4.5 M, with the space before the unit. */
export function short(value: number): string {
  let scaled = value;
  for (const unit of ["", "k", "M", "G"]) {
    if (scaled < 999.5 || unit === "G")
      return `${scaled < 99.95 && unit ? scaled.toFixed(1) : Math.round(scaled)} ${unit}`;
    scaled /= 1000;
  }
  return String(value);
}

/** What `run --once` did: a line a source and a sink. */
export function summary(
  { sources, sinks, spool }: Snapshot,
  undelivered: Readonly<Record<string, number>>,
): string {
  let text = "";
  for (const { id, files, lines, bytes, unparsed } of sources) {
    const cut = files.reduce((sum, { cutLines = 0 }) => sum + cutLines, 0);
    const bad = unparsed > 0 ? `, ${unparsed} unparsed` : "";
    const short = cut > 0 ? `, ${counted(cut, "line")} cut` : "";
    const read = `${counted(lines, "line")}, ${counted(bytes, "byte")}`;
    text += `source ${id}: ${counted(found(files).length, "file")}, ${read}${bad}${short}\n`;
  }
  for (const { id, delivered, leftOut = 0, dead, dropped, lastError } of sinks) {
    const left = (Object.hasOwn(undelivered, id) ? undelivered[id] : undefined) ?? 0;
    const counts = [
      [dead, "refused"],
      [dropped, "given up"],
      [left, "undelivered"],
    ] as const;
    const faults = counts.map(([count, what]) => (count > 0 ? `, ${count} ${what}` : "")).join("");
    const why = faults && lastError ? ` (${lastError})` : "";
    const passed = leftOut > 0 ? `, ${leftOut} left out by its options` : "";
    text += `sink ${id}: ${delivered - leftOut} delivered${passed}${faults}${why}\n`;
  }
  if (spool.dropped > 0) text += `spool: full, ${counted(spool.dropped, "line")} given up\n`;
  if (spool.damaged > 0) text += `spool: damaged, ${counted(spool.damaged, "line")} set aside\n`;
  return text;
}
