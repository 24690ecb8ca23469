import type { Origin } from "../model.ts";
import type { Parser } from "./parser.ts";

const NOWHERE: Origin = { source: "", file: "", key: "" };

/** Share of the lines that a parser takes, 0 to 1. */
export function share(lines: readonly string[], parser: Parser): number {
  if (lines.length === 0) return 0;
  const taken = lines.filter((line) => parser.parse(line, NOWHERE, 0, 0).error === undefined);
  return taken.length / lines.length;
}
