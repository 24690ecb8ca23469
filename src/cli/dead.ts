import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { glance, readLetter } from "../engine/letter.ts";
import { reasonOf, UserError } from "../errors.ts";
import { counted } from "../lib/counted.ts";
import { openDatabase } from "../lib/database.ts";
import { linesOf } from "../lib/line-reader.ts";
import { defineCommand } from "./command.ts";
import { dataFolder, sinksOf } from "./input.ts";

/** Reasons often end in what is of one record alone: they are told apart by their first so many characters. */
const REASON = 120;
/** Reasons and unreadable lines shown of a sink. */
const MOST = 10;

export const dead = defineCommand({
  usage: "[--sink S] [--data-dir DIR] [--json]",
  about: `Lists what sinks refused for good: how many records, why, and when. The records are in dead/<sink>.ndjson
in the data folder, one JSON object a line, to be edited there; log-monitor replay --dead sends them again.`,
  options: {
    sink: { type: "string", value: "S", help: "this sink alone" },
    "data-dir": {
      type: "string",
      value: "DIR",
      help: "what `run` was given (default: what the configuration here says)",
    },
    config: { type: "string", short: "c", value: "FILE", help: "configuration that `run` was given" },
    json: { type: "boolean", help: "print one JSON object" },
  },
  async run(values, _, host) {
    const dataDir = await dataFolder(values, host.cwd, host.env);
    const { sink } = values;
    if (!existsSync(dataDir)) throw new UserError(`there is no data folder ${dataDir}`);
    const folder = join(dataDir, "dead");
    const names = existsSync(folder) ? readdirSync(folder) : [];
    // What `replay --since` sends again was not refused.
    const files = names.filter((name) => !name.endsWith(".again.ndjson"));
    const sinks = new Set(files.flatMap((name) => /^(.+?)(?:\.replay)?\.ndjson$/.exec(name)?.[1] ?? []));
    if (sink !== undefined && !sinks.has(sink)) {
      mustBeKnown(sink, dataDir, await sinksOf(values, host.cwd, host.env));
    }
    const wanted = [...sinks].filter((one) => sink === undefined || one === sink).sort();
    const reports: SinkReport[] = [];
    for (const one of wanted) reports.push(await reportOf(folder, one));
    host.out(values.json ? `${JSON.stringify({ dataDir, sinks: reports }, undefined, 2)}\n` : text(reports));
    return 0;
  },
});

/** @throws UserError when neither the data folder nor the configuration, if there is one, has the sink */
function mustBeKnown(sink: string, dataDir: string, configured: readonly string[]): void {
  const names = new Set(configured);
  const database = join(dataDir, "spool.db");
  if (existsSync(database)) {
    const db = openDatabase(database, { readOnly: true });
    try {
      const kept = db.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'cursors'").get();
      const rows = kept ? db.prepare("SELECT sink FROM cursors").all() : [];
      for (const row of rows) names.add(String(row.sink));
    } finally {
      db.close();
    }
  }
  if (names.has(sink)) return;
  throw new UserError(`${dataDir} has no sink ${sink}; it has ${[...names].sort().join(", ") || "none"}`);
}

export interface SinkReport {
  readonly sink: string;
  readonly file: string;
  readonly letters: number;
  /** When the first and the last of them were refused. */
  readonly first: string | undefined;
  readonly last: string | undefined;
  /** The most frequent first. */
  readonly reasons: readonly { readonly reason: string; readonly letters: number }[];
  /** Lines that a replay can't send, with their numbers. */
  readonly bad: readonly { readonly line: number; readonly reason: string }[];
  /** A replay is under way, or was ended before it was done: the next run goes on with it. */
  readonly replaying: boolean;
}

async function reportOf(folder: string, sink: string): Promise<SinkReport> {
  const file = join(folder, `${sink}.ndjson`);
  const reasons = new Map<string, number>();
  const bad: { line: number; reason: string }[] = [];
  let letters = 0;
  let first: string | undefined;
  let last: string | undefined;
  for await (const { text: line, number } of linesOf(file)) {
    letters++;
    const seen = glance(line);
    if (seen) {
      const reason = seen.reason.slice(0, REASON);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (seen.at !== "" && (first === undefined || seen.at < first)) first = seen.at;
      if (seen.at !== "" && (last === undefined || seen.at > last)) last = seen.at;
    }
    if (bad.length >= MOST) continue;
    try {
      readLetter(line);
    } catch (error) {
      bad.push({ line: number, reason: reasonOf(error) });
    }
  }
  return {
    sink,
    file,
    letters,
    first,
    last,
    reasons: [...reasons]
      .map(([reason, count]) => ({ reason, letters: count }))
      .sort((a, b) => b.letters - a.letters),
    bad,
    replaying: existsSync(join(folder, `${sink}.replay.ndjson`)),
  };
}

function text(reports: readonly SinkReport[]): string {
  if (reports.length === 0) return "no dead letters\n";
  let out = "";
  for (const { sink, file, letters, first, last, reasons, bad, replaying } of reports) {
    const span = first === undefined ? "" : `, refused between ${first} and ${last}`;
    out += `${sink}: ${counted(letters, "dead letter")} in ${file}${span}\n`;
    for (const { reason, letters: count } of reasons.slice(0, MOST)) out += `  ${count} × ${reason}\n`;
    if (reasons.length > MOST) out += `  and ${counted(reasons.length - MOST, "other reason")}\n`;
    for (const { line, reason } of bad) out += `  line ${line} can't be sent: ${reason}\n`;
    if (replaying) out += "  a replay is under way, or goes on with the next run\n";
  }
  return out;
}
