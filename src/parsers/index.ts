import { UserError } from "../errors.ts";
import { auto } from "./auto.ts";
import { combined, common } from "./combined.ts";
import { json } from "./json.ts";
import { logfmt } from "./logfmt.ts";
import { nginx } from "./nginx.ts";
import type { Parser, ParserContext, ParserDefinition } from "./parser.ts";
import { plain } from "./plain.ts";
import { regex } from "./regex.ts";
import { syslog } from "./syslog.ts";

/** All formats: a new one is a file beside this and a line here. */
export const parsers: Readonly<Record<string, ParserDefinition>> = {
  nginx,
  combined,
  common,
  json,
  logfmt,
  syslog,
  regex,
  plain,
  auto,
};

/** Whether a format is one of several lines. @param options as the definition's schema gave them */
export function spansLines(name: string, options: unknown): boolean {
  const definition = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  return definition?.spans?.(options) ?? false;
}

/**
 * Compiles a format once.
 * @param options as they are configured, or as the definition's schema gave them
 * @throws UserError for a format that is none, and options that can't work; the message names the option
 */
export function createParser(name: string, options: unknown, context: ParserContext): Parser {
  const definition = Object.hasOwn(parsers, name) ? parsers[name] : undefined;
  if (!definition) {
    throw new UserError(`parser: there is no "${name}", there are ${Object.keys(parsers).join(", ")}`);
  }
  const checked = definition.options.safeParse(options ?? {});
  if (checked.success) return definition.create(checked.data, context);
  const [issue] = checked.error.issues;
  throw new UserError(
    `parser ${name}: ${[...(issue?.path ?? []), ""].join(".").slice(0, -1) || "options"}: ${issue?.message}`,
  );
}
