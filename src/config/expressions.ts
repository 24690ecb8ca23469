import { parsers } from "../parsers/index.ts";
import type { ConfigIssue } from "../protocol/engine.ts";
import type { SourceConfig } from "./config.ts";
import type { Expression } from "./runaway.ts";

/** An expression of the user's, and where it stands. */
export interface PlacedExpression extends Expression {
  readonly place: Omit<ConfigIssue, "severity" | "message">;
}

/** An expression within a source: its path from there on. */
export interface OwnExpression extends Expression {
  readonly path: readonly string[];
}

/**
 * Those that a source runs over its lines.
 * @param value the source as it is written
 */
export function expressionsOf({ parser, multiline }: SourceConfig, value: unknown): OwnExpression[] {
  const own = parsers[parser.name]?.expressions?.(parser.options as never) ?? [];
  const found = own.map(({ option, ...rest }) => ({ ...rest, path: ["parser", option] }));
  if (!multiline || !("pattern" in multiline.by)) return found;
  const { pattern } = multiline.by;
  const written = (value as { multiline?: unknown }).multiline;
  const [key] = Object.entries(written ?? {}).find(([, one]) => one === pattern) ?? [];
  return [...found, { pattern, flags: "", path: ["multiline", ...(key === undefined ? [] : [key])] }];
}
