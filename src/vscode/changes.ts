import type { Row } from "./rows.ts";

/** What has to be drawn again: everything, or the rows with these ids (perhaps none). */
export type Changes = "all" | readonly string[];

/**
 * Compares what two sets of rows show. "all" only when the top level has other rows or another order, so
 * that a tree keeps selection, expansion and scroll.
 */
export function changesBetween(before: readonly Row[], after: readonly Row[]): Changes {
  if (before.length !== after.length || before.some((row, index) => row.id !== after[index]?.id))
    return "all";
  return after.flatMap((row, index) => rowChanges(before[index], row));
}

function rowChanges(before: Row | undefined, after: Row): readonly string[] {
  if (!before || face(before) !== face(after)) return [after.id];
  // Equal faces name the same rows below in the same order.
  return after.rows.flatMap((row, index) => rowChanges(before.rows[index], row));
}

function face(row: Row): string {
  const { label, description, icon, color, context, aria, check, rows } = row;
  return JSON.stringify([label, description, icon, color, context, aria, check, rows.map(({ id }) => id)]);
}
