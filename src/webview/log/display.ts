import { knownZone } from "../../lib/zones.ts";
import { type Column, INITIAL_COLUMNS, readColumns } from "./columns.ts";

const CLOCKS = ["absolute", "relative", "delta"] as const;
/** How a time is told: as it is, from now, or from the line before. */
export type Clock = (typeof CLOCKS)[number];

/** How lines are shown; what is found does not depend on it. */
export interface Display {
  readonly columns: readonly Column[];
  readonly clock: Clock;
  /** Name of the IANA; undefined: the machine's. */
  readonly zone: string | undefined;
  /** Sequences that set a terminal's colours are shown as text. */
  readonly raw: boolean;
}

export const INITIAL_DISPLAY: Display = {
  columns: INITIAL_COLUMNS,
  clock: "absolute",
  zone: undefined,
  raw: false,
};

/** The display in what the editor kept, which may be of another version. */
export function readDisplay(kept: unknown): Display {
  const all = (typeof kept === "object" && kept !== null ? kept : {}) as Record<string, unknown>;
  return {
    columns: readColumns(all.columns),
    clock: CLOCKS.find((clock) => clock === all.clock) ?? "absolute",
    zone: knownZone(all.zone),
    raw: all.raw === true,
  };
}
