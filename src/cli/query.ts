import { existsSync } from "node:fs";
import { join } from "node:path";
import { UserError } from "../errors.ts";
import { nearest } from "../lib/nearest.ts";
import { isoTime } from "../lib/time.ts";
import { COMMON, fieldsAsked } from "../store/query.ts";
import { openReader, type Reader, type StoredRecord } from "../store/reader.ts";
import { quoted } from "../store/written.ts";
import { defineCommand, type Host, instant, UsageError } from "./command.ts";
import { dataFolder } from "./input.ts";

const LIMIT = 1000;
/** Text is handed to the terminal or pipe in pieces of this many characters. */
const PIECE = 64 * 1024;

export const query = defineCommand({
  usage: "['QUERY'] [--since T] [--until T] [--limit N] [--json | --count] [--data-dir DIR]",
  about: `Searches the embedded store, also while run writes to it, and prints the matching lines, oldest first.
A query is words, "phrases", /expressions/ (also /i), field:value (with * and ?), field:/expression/,
field:>=N, field:[A TO B], joined by AND, OR, NOT and parentheses: log-monitor query 'status:>=500 AND path:/api/*' --since 15m`,
  positionals: 1,
  options: {
    since: {
      type: "string",
      value: "T",
      help: "not older than this: 15m, 2h, 7d, or a time like 2026-03-04T13:49:52Z",
    },
    until: { type: "string", value: "T", help: "older than this, written likewise" },
    limit: { type: "string", value: "N", help: `at most N lines, the newest; 0: all (default: ${LIMIT})` },
    json: { type: "boolean", help: "print a JSON object a line, as the file sink writes it" },
    count: { type: "boolean", help: "print how many lines match" },
    "data-dir": {
      type: "string",
      value: "DIR",
      help: "what `run` was given (default: what the configuration here says)",
    },
    config: { type: "string", short: "c", value: "FILE", help: "configuration that `run` was given" },
  },
  async run(values, [text = ""], host) {
    const dataDir = await dataFolder(values, host.cwd, host.env);
    if (!existsSync(join(dataDir, "store"))) {
      throw new UserError(`${dataDir} holds no store: give the folder that run uses as --data-dir`);
    }
    const now = Date.now();
    const range = {
      query: text,
      ...(values.since !== undefined && { since: instant("--since", values.since, now) }),
      ...(values.until !== undefined && { until: instant("--until", values.until, now) }),
    };
    const limit = limitOf(values.limit);
    const reader = openReader(dataDir, (what) => host.err(`log-monitor query: ${what}\n`));
    try {
      if (values.count) {
        const count = reader.count(range);
        host.out(`${count}\n`);
        if (count === 0) tellUnknown(reader, range, host);
        return 0;
      }
      const records =
        limit === Number.POSITIVE_INFINITY
          ? reader.iterate({ ...range, limit, order: "oldest" })
          : reader.query({ ...range, limit, order: "newest" }).reverse();
      let piece = "";
      let none = true;
      for (const record of records) {
        none = false;
        piece += `${values.json ? JSON.stringify(plain(record)) : record.raw}\n`;
        if (piece.length < PIECE) continue;
        host.out(piece);
        piece = "";
      }
      host.out(piece);
      if (none) tellUnknown(reader, range, host);
      return 0;
    } finally {
      reader.close();
    }
  },
});

/** Of a query that found nothing: the fields that no record has, with the one that may be meant. */
function tellUnknown(reader: Reader, { query, ...range }: Asked, host: Host): void {
  const missing = fieldsAsked(query).filter(
    (name) => reader.count({ ...range, query: `${quoted(name)}:*` }) === 0,
  );
  if (missing.length === 0) return;
  const known = new Set(COMMON);
  for (const { fields } of reader.query({ ...range, limit: LIMIT }))
    for (const name of Object.keys(fields)) known.add(name);
  for (const name of missing) {
    const near = nearest(name, [...known]);
    const guess = near === undefined ? "" : `: did you mean ${near}?`;
    host.err(`log-monitor query: no record here has a field "${name}"${guess}\n`);
  }
}

interface Asked {
  readonly query: string;
  readonly since?: number;
  readonly until?: number;
}

function plain({ time, nanos, id, source, file, offset, level, message, fields, raw, error }: StoredRecord) {
  return { id, time: isoTime(time, nanos), source, file, offset, level, message, fields, raw, error };
}

function limitOf(text: string | undefined): number {
  if (text === undefined) return LIMIT;
  if (!/^\d{1,15}$/.test(text)) throw new UsageError(`--limit ${text} is no whole number`);
  return Number(text) || Number.POSITIVE_INFINITY;
}
