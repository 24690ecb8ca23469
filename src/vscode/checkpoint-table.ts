import type { CheckpointRow } from "../protocol/engine.ts";
import type { L10n } from "./l10n.ts";

/** How far each file was read, as aligned text. */
export function checkpointTable(rows: readonly CheckpointRow[], l10n: L10n): string {
  if (rows.length === 0) return `${l10n.t("No checkpoints yet: nothing has been read.")}\n`;
  const heads = [
    l10n.t("Source"),
    l10n.t("Offset"),
    l10n.t("Size"),
    l10n.t("Updated"),
    l10n.t("Generation"),
    l10n.t("Path"),
  ];
  const cells = rows.map((row) => [
    row.source,
    l10n.whole(row.offset),
    row.size === undefined ? "–" : l10n.whole(row.size),
    new Date(row.updated).toISOString(),
    row.generation,
    row.path,
  ]);
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...cells.map((cell) => cell[column]?.length ?? 0)),
  );
  const line = (values: readonly string[]): string =>
    values
      .map((value, column) => value[NUMERIC.has(column) ? "padStart" : "padEnd"](widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  return `${[line(heads), ...cells.map(line)].join("\n")}\n`;
}

/** Columns set to the right. */
const NUMERIC = new Set([1, 2]);
