import { type CodeLink, linksIn } from "../lib/frames.ts";
import { textsOf } from "../lib/record-texts.ts";
import type { Details } from "../protocol/log-view.ts";
import { CUT, OWN_ID } from "./own-id.ts";
import type { StoredRecord } from "./reader.ts";

/** So many links are told of a record. */
const MOST_LINKS = 500;

/** How many lines a text has, without empty ones at the end. */
export function linesOf(message: string): number {
  const text = message.trimEnd();
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** The places in code that a record names, text by text. */
export function linksOf(record: StoredRecord): (CodeLink & { readonly in: string })[] {
  return textsOf(record)
    .flatMap((text) => linksIn(text.text).map((link) => ({ ...link, in: text.in })))
    .slice(0, MOST_LINKS);
}

/** A record as the pane of its details shows it. */
export function detailsOf(stored: StoredRecord): Details {
  const { level, status, error, fields, ...record } = stored;
  const { [CUT]: _, ...known } = fields;
  const own = fields[OWN_ID];
  return {
    ...record,
    fields: known,
    sentAs: typeof own === "string" ? own : record.id,
    links: linksOf(stored).map(({ in: text, from, to }) => ({ in: text, from, to })),
    ...(level !== undefined && { level }),
    ...(status !== undefined && { status }),
    ...(error !== undefined && { error }),
  };
}

/** A refusal names the column of the query, and shows it below: a page marks it in the box. */
export function problemOf(message: string): { reason: string; column?: number } {
  const [first = message] = message.split("\n");
  const [, reason, column] = /^(.*) \(column (\d+)\)$/.exec(first) ?? [];
  if (reason === undefined) return { reason: first };
  return { reason, column: Number(column) - 1 };
}
