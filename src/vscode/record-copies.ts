import { plain } from "../lib/export-format.ts";
import { flatFields } from "../lib/record-texts.ts";
import { isoTime } from "../lib/time.ts";
import type { Details } from "../protocol/log-view.ts";

export const jsonOf = (record: Details): string =>
  JSON.stringify(plain({ ...record, level: record.level, error: record.error }));

/** A table of what it says, and the line itself, for an issue or a chat. Nothing in it is read as Markdown. */
export function markdownOf(record: Details): string {
  const { time, nanos, level, source, file, offset, id, fields, raw, error } = record;
  const rows: (readonly [string, unknown])[] = [
    ["time", isoTime(time, nanos)],
    ["level", level],
    ["source", source],
    ["file", `${file}:${offset}`],
    ["id", id],
    ["error", error],
    ...flatFields(fields),
  ];
  const table = rows
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `| ${cell(name)} | ${cell(value)} |`);
  const fence = "`".repeat(Math.max(3, longestRun(raw) + 1));
  return ["| field | value |", "|---|---|", ...table, "", `${fence}text`, raw, fence, ""].join("\n");
}

/** One line of a table, as code: a run of backticks that is longer than any in it holds it together. */
function cell(value: unknown): string {
  const text = (typeof value === "string" ? value : JSON.stringify(value)).replace(/\r\n|\r|\n/g, " ⏎ ");
  if (text.trim() === "") return "";
  const ticks = "`".repeat(longestRun(text) + 1);
  const space = text.startsWith("`") || text.endsWith("`") ? " " : "";
  // A table's bars count inside code too (GitHub Flavored Markdown, 4.10).
  return `${ticks}${space}${text.replaceAll("|", "\\|")}${space}${ticks}`;
}

function longestRun(text: string): number {
  return Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
}
