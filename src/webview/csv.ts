import type { Plot } from "./plot.ts";

/**
 * The numbers of charts as a table (RFC 4180): a row for each step and line, in plain numbers whatever the
 * language. Times are in UTC; `unit` says what the value of a step is.
 */
export function csvOf(plots: readonly Plot[]): string {
  const rows = [["time", "chart", "line", "value", "unit", "step_seconds"]];
  for (const { title, times, step, lines, unit, toldUnit, total, states } of plots) {
    const told = total === "sum" ? toldUnit : unit;
    for (const { label, told: values } of lines) {
      for (const [i, time] of times.entries()) {
        const value = values[i] ?? null;
        if (value === null) continue;
        rows.push([
          new Date(time * 1000).toISOString(),
          title,
          label,
          states?.[value]?.id ?? String(value),
          told,
          String(step),
        ]);
      }
    }
  }
  return `${rows.map((row) => row.map(cell).join(",")).join("\r\n")}\r\n`;
}

/** A text that a program for tables would take for a formula is made one that it does not. */
function cell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) && !Number.isFinite(Number(text)) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
