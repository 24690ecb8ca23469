import type { Column, Total } from "./column.ts";
import type { Look } from "./palette.ts";
import type { Search } from "./search.ts";

export interface Line {
  /** Stays the same while the thing it shows does. */
  readonly key: string;
  readonly label: string;
  readonly look: Look;
  /** What is drawn: rates, depths, percentiles. */
  readonly drawn: Column;
  /** What the table shows: counts rather than rates, so that they add up. */
  readonly told: Column;
  /** What its lines of the log have in common; absent: it is not about lines. */
  readonly search?: Search;
  /** Nothing but it is shown. */
  readonly chosen?: boolean;
}

/** A row of cells, of the values in (`low`, `high`]; of 0 alone where both are 0. */
export interface HeatRow {
  readonly low: number;
  readonly high: number;
}

/** What something can be in for a while: the further down its list, the worse. */
export interface State {
  readonly id: string;
  readonly label: string;
  readonly look: Look;
}

/** A choice that the head of a chart offers. */
export interface Choice {
  readonly label: string;
  readonly chosen: string;
  readonly options: readonly { readonly value: string; readonly label: string }[];
}

/** One chart as plain values. */
export interface Plot {
  readonly id: string;
  readonly title: string;
  /** Of what is drawn. */
  readonly unit: string;
  readonly stacked: boolean;
  /** The axis counts in powers of two, as the texts of bytes do. */
  readonly binary?: boolean;
  /** The axis counts in these steps, and says their values in this way; absent: as `drawnText` does. */
  readonly axis?: { readonly steps: readonly number[]; text(value: number): string };
  /** From the bottom up, when stacked. */
  readonly lines: readonly Line[];
  readonly times: readonly number[];
  /** Width of a step in seconds. */
  readonly step: number;
  /** What the table's numbers are, and how those of several steps become one. */
  readonly toldUnit: string;
  readonly total: Total;
  /** What the row of them is called; absent: by `total`. */
  readonly totalName?: string;
  readonly choice?: Choice;
  /** Drawn as cells, a row for each line; each is as much higher than the one below as all others are. */
  readonly heat?: { readonly rows: readonly HeatRow[]; edgeText(value: number): string };
  /** Drawn as a strip for each line, whose values are places in this list. */
  readonly states?: readonly State[];
  /** What to say when there is nothing to draw. */
  readonly empty: string;
  /** A remark on what is shown. */
  readonly note?: string;
  drawnText(value: number): string;
  toldText(value: number): string;
}

/** Drawn in rows, in place of lines over a scale of values. */
export const inRows = ({ heat, states }: Plot): boolean => heat !== undefined || states !== undefined;
