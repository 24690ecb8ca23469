/** What a table reads as a formula, and the sign that says it is none (which is why it is marked itself). */
const FORMULA = /^[=+\-@\t\r'＝＋－＠]/;

/**
 * A row of CSV (RFC 4180). A cell of text that a table would take for a formula, or that begins with an apostrophe,
 * gets one before it, so that taking one off gives the text again.
 */
export function csvLine(cells: readonly unknown[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

function csvCell(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (typeof value === "number" || typeof value === "boolean") return String(value);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) || safe.trim() !== safe ? `"${safe.replaceAll('"', '""')}"` : safe;
}
