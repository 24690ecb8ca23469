import { parseArgs } from "node:util";
import { UserError } from "../../src/errors.ts";

export const ROWS = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j", "k", "l", "m", "n"] as const;
export type RowName = (typeof ROWS)[number];

export interface Options {
  readonly rows: readonly RowName[];
  /** Lines of the input of (a), (b) and (d); (f) looks at memory after half and after five times as many, (i) and (n) have stores of five times as many. */
  readonly lines: number;
  readonly runs: number;
}

/** The benchmark's command line: `[a…n…] [--lines N] [--runs N]`. @throws UserError for anything else. */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      lines: { type: "string", default: "2000000" },
      runs: { type: "string", default: "3" },
    },
  });
  const rows = positionals.map((name) => {
    const row = ROWS.find((known) => known === name);
    if (!row) throw new UserError(`there is no row ${name}: rows are ${ROWS.join(", ")}`);
    return row;
  });
  return {
    rows: rows.length > 0 ? ROWS.filter((row) => rows.includes(row)) : ROWS,
    lines: whole("--lines", values.lines),
    runs: whole("--runs", values.runs),
  };
}

function whole(name: string, text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new UserError(`${name} takes a whole number from 1, not ${text}`);
  return Number(text);
}
