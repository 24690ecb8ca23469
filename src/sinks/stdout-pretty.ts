import { isoTime } from "../lib/time.ts";
import type { FieldValue, Level, LogRecord } from "../model.ts";

/** Of `ESC [ … m`. */
const COLOURS: Readonly<Record<Level, number>> = {
  trace: 90,
  debug: 90,
  info: 32,
  warn: 33,
  error: 31,
  fatal: 35,
};
const DIM = 90;

/** A line for people: time, level, source, message, and fields that the message does not tell. */
export function createPretty(colours: boolean): (record: LogRecord) => string {
  const paint = (text: string, colour: number): string =>
    colours ? `\u001b[${colour}m${text}\u001b[0m` : text;
  return ({ time, nanos, level, origin, message, fields, error }) => {
    const at = paint(isoTime(time, nanos), DIM);
    const rank = (level ?? "").toUpperCase().padEnd(5);
    const shown = level === undefined ? rank : paint(rank, COLOURS[level]);
    const rest = Object.entries(fields)
      .filter(([name]) => name !== "message")
      .map(([name, value]) => `${harmless(name)}=${valueText(value)}`);
    if (error !== undefined) rest.push(`unparsed=${JSON.stringify(harmless(error))}`);
    const tail = rest.length === 0 ? "" : ` ${paint(rest.join(" "), DIM)}`;
    return `${at} ${shown} ${harmless(origin.source)} ${harmless(message)}${tail}\n`;
  };
}

function valueText(value: FieldValue): string {
  if (typeof value !== "string") return harmless(JSON.stringify(value));
  return /^[^\s"=]+$/.test(value) ? harmless(value) : harmless(JSON.stringify(value));
}

/** Logs hold what strangers sent: a terminal would obey their control characters. Further lines are set in. */
function harmless(text: string): string {
  return text
    .replace(/\r?\n/g, "\n    ")
    .replace(/[^\P{Cc}\n\t]/gu, (one) => `\\x${one.charCodeAt(0).toString(16).padStart(2, "0")}`);
}
