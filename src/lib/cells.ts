import { visible } from "./visible.ts";

/** Characters that a terminal's or an editor's font draws over two columns, as far as their script tells. */
const WIDE =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
/** Characters that are drawn over the one before them. */
const MARK = /^\p{M}/u;

/** Columns that a text takes in a font of one width. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const character of text) columns += columnsOfOne(character);
  return columns;
}

function columnsOfOne(character: string): number {
  if (character >= " " && character <= "~") return 1;
  return MARK.test(character) ? 0 : WIDE.test(character) ? 2 : 1;
}

/** A text of anyone's as one line in which nothing hides, of no more columns than that; what was cut ends in "…". */
export function cell(text: string, columns: number): string {
  // Most of a line of a megabyte is never looked at.
  const shown = visible(text.slice(0, 4 * columns + 4));
  let taken = 0;
  let kept = "";
  let fits = "";
  for (const character of shown) {
    taken += columnsOfOne(character);
    if (taken > columns) return `${fits}…`;
    kept += character;
    if (taken < columns) fits = kept;
  }
  return text.length > 4 * columns + 4 ? `${fits}…` : kept;
}

/** Rows as aligned text, two spaces between columns. @param right columns that are set to the right */
export function aligned(
  rows: readonly (readonly string[])[],
  right: ReadonlySet<number> = new Set(),
): readonly string[] {
  const sizes = rows.map((row) => row.map(columnsOf));
  const widths: number[] = [];
  for (const row of sizes)
    for (const [at, size] of row.entries()) widths[at] = Math.max(widths[at] ?? 0, size);
  return rows.map((row, number) =>
    row
      .map((text, at) => {
        const room = " ".repeat((widths[at] ?? 0) - (sizes[number]?.[at] ?? 0));
        return right.has(at) ? room + text : text + room;
      })
      .join("  ")
      .trimEnd(),
  );
}
