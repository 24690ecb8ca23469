import { type Column, INITIAL_COLUMNS, readColumns } from "./columns.ts";

/** How lines are shown; what is found does not depend on it. */
export interface Display {
  readonly columns: readonly Column[];
}

export const INITIAL_DISPLAY: Display = { columns: INITIAL_COLUMNS };

/** The display in what the editor kept, which may be of another version. */
export function readDisplay(kept: unknown): Display {
  const { columns } = (typeof kept === "object" && kept !== null ? kept : {}) as Record<string, unknown>;
  return { columns: readColumns(columns) };
}
