import { LONGEST_NAME, MOST_FIELDS, type Row } from "../../protocol/log-view.ts";
import type { L10n } from "../l10n.ts";

/** A column of the list: one that every record has, or `field:` and the name of a field. */
export interface Column {
  readonly id: string;
  /** In characters; absent: what fits it usually. The column that takes what is left over has none. */
  readonly width?: number;
}

const COMMON = ["time", "level", "source", "message"] as const;
const USUAL: Readonly<Record<string, number>> = { time: 24, level: 9, source: 16, message: 60 };
const FIELD = "field:";
/** Bounds of a width, in characters. */
export const NARROWEST = 4;
export const WIDEST = 200;
/** What the column that takes the rest has at least. */
const REST = 24;
const FIELD_WIDTH = 14;

export const INITIAL_COLUMNS: readonly Column[] = COMMON.map((id) => ({ id }));

export function fieldColumn(name: string): string {
  return FIELD + name;
}

/** The field that a column shows; undefined for one that every record has. */
export function fieldOf(id: string): string | undefined {
  return id.startsWith(FIELD) ? id.slice(FIELD.length) : undefined;
}

/** Fields that rows are to be fetched with. */
export function fieldsOf(columns: readonly Column[]): string[] {
  return columns.map(({ id }) => fieldOf(id)).filter((name) => name !== undefined);
}

export function textOf({ values }: Row, name: string): string {
  return values.find(([of]) => of === name)?.[1] ?? "";
}

export function titleOf(id: string, { t }: L10n): string {
  const titles: Readonly<Record<string, string>> = {
    time: t("Time"),
    level: t("Level"),
    source: t("Source"),
    message: t("Message"),
  };
  return fieldOf(id) ?? titles[id] ?? id;
}

/** The columns that the editor kept; what is not understood is left out, and never all. */
export function readColumns(kept: unknown): readonly Column[] {
  if (!Array.isArray(kept)) return INITIAL_COLUMNS;
  const columns: Column[] = [];
  for (const one of kept) {
    const { id, width } = (typeof one === "object" && one !== null ? one : {}) as Record<string, unknown>;
    if (typeof id !== "string" || columns.some((known) => known.id === id)) continue;
    const name = fieldOf(id);
    if (name === undefined ? !(COMMON as readonly string[]).includes(id) : name === "") continue;
    if (name !== undefined && (name.length > LONGEST_NAME || fieldsOf(columns).length >= MOST_FIELDS))
      continue;
    columns.push(
      typeof width === "number" && Number.isFinite(width) ? { id, width: bounded(width) } : { id },
    );
  }
  return columns.length > 0 ? columns : INITIAL_COLUMNS;
}

/** Shows a column, a field before the message, or takes it away; the last one stays. */
export function toggled(columns: readonly Column[], id: string): readonly Column[] {
  if (columns.some((column) => column.id === id))
    return columns.length > 1 ? columns.filter((column) => column.id !== id) : columns;
  if (fieldOf(id) !== undefined && fieldsOf(columns).length >= MOST_FIELDS) return columns;
  const usual = (COMMON as readonly string[]).indexOf(id);
  const before =
    usual < 0
      ? columns.findIndex((column) => column.id === "message")
      : columns.findIndex((column) => COMMON.some((one, i) => one === column.id && i > usual));
  const at = before < 0 ? columns.length : before;
  return [...columns.slice(0, at), { id }, ...columns.slice(at)];
}

/** Moves a column to a place among the others. */
export function moved(columns: readonly Column[], id: string, to: number): readonly Column[] {
  const column = columns.find((one) => one.id === id);
  if (!column) return columns;
  const others = columns.filter((one) => one.id !== id);
  const at = Math.min(others.length, Math.max(0, to));
  return [...others.slice(0, at), column, ...others.slice(at)];
}

/** @param width in characters; undefined: the usual one */
export function resized(
  columns: readonly Column[],
  id: string,
  width: number | undefined,
): readonly Column[] {
  const next: Column = width === undefined ? { id } : { id, width: bounded(width) };
  return columns.map((column) => (column.id === id ? next : column));
}

/** The column that takes what the others leave over. */
export function restOf(columns: readonly Column[]): string | undefined {
  return columns.some(({ id }) => id === "message") ? "message" : columns.at(-1)?.id;
}

/** Characters that a column takes; of the one that takes the rest, at least. */
export function widthOf(column: Column): number {
  return column.width ?? USUAL[column.id] ?? FIELD_WIDTH;
}

/** The columns as a grid of the stylesheet has them, and how many characters they take at least. */
export function trackOf(columns: readonly Column[]): { readonly tracks: string; readonly least: number } {
  const rest = restOf(columns);
  const widths = columns.map((column) => (column.id === rest ? REST : widthOf(column)));
  return {
    tracks: columns.map(({ id }, i) => (id === rest ? `minmax(${REST}ch, 1fr)` : `${widths[i]}ch`)).join(" "),
    // Between two columns there is a character.
    least: widths.reduce((sum, width) => sum + width + 1, 0),
  };
}

/** What a narrow view shows: the message has more need of the room than the source, and the day. */
export function narrowed(columns: readonly Column[]): readonly Column[] {
  if (columns.length === 1) return columns;
  return columns
    .filter(({ id }) => id !== "source")
    .map((column) =>
      column.id === "time" && column.width === undefined ? { ...column, width: 13 } : column,
    );
}

/** Whether there is no room for the source, though it is among the columns. */
export function lacksSource(columns: readonly Column[], shown: readonly Column[]): boolean {
  const has = ({ id }: Column): boolean => id === "source";
  return columns.some(has) && !shown.some(has);
}

function bounded(width: number): number {
  return Math.min(WIDEST, Math.max(NARROWEST, Math.round(width)));
}
