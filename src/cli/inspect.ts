import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { unusable } from "../engine/folder.ts";
import { UserError } from "../errors.ts";
import { counted } from "../lib/counted.ts";
import { openDatabase } from "../lib/database.ts";
import { sizeOf } from "../lib/file-size.ts";
import { linesOf } from "../lib/line-reader.ts";
import { topicOf } from "../lib/messages.ts";
import { type Account, closes, type FileAccount, remainderOf } from "../model.ts";
import { inEnglish, traceText } from "../protocol/fate.ts";
import { partitionMarker } from "../sources/index.ts";
import { readBalance } from "../spool/balance.ts";
import { createConfigs } from "../spool/configs.ts";
import { defineCommand } from "./command.ts";
import { dataFolder } from "./input.ts";
import { short } from "./live.ts";
import { askRunning, runningText } from "./running.ts";
import { traced } from "./traced.ts";

export const inspect = defineCommand({
  usage: "[--file F --line N] [--data-dir DIR] [--json]",
  about: `Shows how far each file was read, what waits in the spool, where each sink stands, what could not be
read back, what sinks refused for good, and how the sinks of a program that runs there fare. With --file and --line: where that
line is, in which record, and what became of it at each sink. It changes nothing, so it may run beside that program.`,
  options: {
    "data-dir": {
      type: "string",
      value: "DIR",
      help: "what `run` was given (default: what the configuration here says)",
    },
    config: { type: "string", short: "c", value: "FILE", help: "configuration that `run` was given" },
    file: { type: "string", value: "F", help: "with --line: a file that is or was read, also a rotated one" },
    line: { type: "string", value: "N", help: "its line, counted from 1" },
    json: { type: "boolean", help: "print one JSON object" },
  },
  async run(values, _, host) {
    const dataDir = await dataFolder(values, host.cwd, host.env);
    if (values.file !== undefined || values.line !== undefined) {
      const trace = await traced(dataDir, host.cwd, values.file, values.line);
      host.out(values.json ? `${JSON.stringify(trace, undefined, 2)}\n` : traceText(trace, inEnglish));
      return 0;
    }
    let report: Report;
    try {
      report = await inspectFolder(dataDir);
    } catch (error) {
      throw unusable(dataDir, error);
    }
    const running = await askRunning(dataDir);
    const all = { ...report, ...(running && { running }) };
    host.out(
      values.json ? `${JSON.stringify(all, undefined, 2)}\n` : reportText(report) + runningText(running),
    );
    return 0;
  },
});

export interface Report {
  readonly dataDir: string;
  readonly checkpoints: readonly {
    readonly source: string;
    readonly path: string;
    readonly generation: string;
    readonly offset: number;
    readonly size: number | undefined;
    /** Of a partition of a topic: the message that is read next, and how many lay behind it at the last read. */
    readonly next?: number;
    readonly lag?: number;
    readonly ended: boolean;
    /** How its lines were read: `nginx`, `auto (json)`; undefined before the first. */
    readonly parser: string | undefined;
    readonly updated: string;
    /** What was read of it, and what became of it; undefined for a data folder of a version that did not count. */
    readonly account: FileAccount | undefined;
  }[];
  /** The same of each source, with the files that are forgotten; `closes` is false when a sum does not. */
  readonly accounts: readonly (Account & { readonly source: string; readonly closes: boolean })[];
  readonly spool: {
    readonly blocks: number;
    readonly lines: number;
    readonly bytes: number;
    readonly head: number;
  };
  readonly sinks: readonly {
    readonly sink: string;
    readonly block: number;
    readonly blocksBehind: number;
    readonly linesBehind: number;
    readonly updated: string;
  }[];
  /** Blocks that could not be read back from the spool, kept in its table `damaged`. */
  readonly damaged: readonly {
    readonly source: string;
    readonly path: string;
    readonly start: number;
    readonly end: number;
    readonly lines: number;
    readonly reason: string;
    readonly at: string;
  }[];
  readonly deadLetters: readonly {
    readonly sink: string;
    readonly file: string;
    /** Undefined when the file can't be read. */
    readonly records: number | undefined;
  }[];
  /** Messages that could be no records, by source. */
  readonly aside: readonly {
    readonly source: string;
    readonly file: string;
    /** Undefined when the file can't be read. */
    readonly messages: number | undefined;
  }[];
}

/** Reads a data folder without changing it. Throws UserError when nothing was ever kept there. */
export async function inspectFolder(dataDir: string): Promise<Report> {
  return {
    ...readSpool(dataDir),
    deadLetters: await deadLetters(join(dataDir, "dead")),
    aside: await putAside(join(dataDir, "aside")),
  };
}

/** Messages that sources put aside; a source's id may have folders in it. */
async function putAside(folder: string): Promise<Report["aside"]> {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.ndjson(\.1)?$/.test(name))
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      return { source: name.replace(/\.ndjson(\.1)?$/, ""), file, messages: await countLines(file) };
    }),
  );
}

/** How far a partition was read; nothing of a file. */
function partitionAt(path: string, marker: string): { next?: number; lag?: number } {
  const at = topicOf(path) === undefined ? undefined : partitionMarker(marker);
  return at ? { next: at.next, lag: Math.max(0, at.high - at.next) } : {};
}

function readSpool(dataDir: string): Omit<Report, "deadLetters" | "aside"> {
  const file = join(dataDir, "spool.db");
  if (!existsSync(file))
    throw new UserError(`${dataDir} holds no spool.db: give the folder that run uses as --data-dir`);
  const db = openDatabase(file, { readOnly: true });
  try {
    db.exec("BEGIN");
    const all = (sql: string, ...values: number[]) => db.prepare(sql).all(...values);
    if (all("SELECT 1 FROM sqlite_schema").length === 0)
      throw new UserError(`nothing was kept in ${dataDir} yet: what began to run there ended at once`);
    const head = Number(
      all(
        "SELECT max(coalesce((SELECT max(seq) FROM blocks), 0), coalesce((SELECT max(seq) FROM cursors), 0)) AS head",
      )[0]?.head,
    );
    const spool = all(
      "SELECT count(*) AS blocks, coalesce(sum(lines), 0) AS lines, coalesce(sum(length(data)), 0) AS bytes FROM blocks",
    )[0];
    const balance = readBalance(db);
    const configs = createConfigs(db);
    /** What is held for a sink behind its place: blocks of sources that name others are not for it. */
    const behind = (sink: string, seq: number) => {
      const held = all(
        "SELECT config, count(*) AS blocks, sum(lines) AS lines FROM blocks WHERE seq > ? GROUP BY config",
        seq,
      ).filter(({ config }) => configs.sinksOf(Number(config))?.includes(sink) ?? true);
      return {
        blocksBehind: held.reduce((sum, { blocks }) => sum + Number(blocks), 0),
        linesBehind: held.reduce((sum, { lines }) => sum + Number(lines), 0),
      };
    };
    return {
      dataDir,
      accounts: [...(balance?.sources ?? [])].map(([source, account]) => ({
        source,
        ...account,
        closes: closes(account),
      })),
      checkpoints: all("SELECT * FROM generations ORDER BY source, path, id").map((row) => ({
        source: String(row.source),
        path: String(row.path),
        generation: String(row.key),
        offset: Number(row.offset),
        // A stream has no file.
        size: row.inode === 0 ? undefined : sizeOf(String(row.path)),
        ...partitionAt(String(row.path), String(row.marker)),
        ended: row.ended === 1,
        parser: typeof row.parser === "string" ? row.parser : undefined,
        updated: new Date(Number(row.updated)).toISOString(),
        account: balance?.files.get(Number(row.id)),
      })),
      spool: {
        blocks: Number(spool?.blocks),
        lines: Number(spool?.lines),
        bytes: Number(spool?.bytes),
        head,
      },
      sinks: all("SELECT sink, seq, updated FROM cursors ORDER BY sink").map((row) => ({
        sink: String(row.sink),
        block: Number(row.seq),
        ...behind(String(row.sink), Number(row.seq)),
        updated: new Date(Number(row.updated)).toISOString(),
      })),
      // A spool that an older version wrote has no such table.
      damaged: (all("SELECT 1 FROM sqlite_schema WHERE name = 'damaged'").length > 0
        ? all("SELECT * FROM damaged ORDER BY at, start")
        : []
      ).map((row) => ({
        source: String(row.source),
        path: String(row.path),
        start: Number(row.start),
        end: Number(row.start) + Number(row.bytes),
        lines: Number(row.lines),
        reason: String(row.reason),
        at: new Date(Number(row.at)).toISOString(),
      })),
    };
  } finally {
    db.close();
  }
}

async function deadLetters(folder: string): Promise<Report["deadLetters"]> {
  if (!existsSync(folder)) return [];
  const names = readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson") && !name.endsWith(".again.ndjson"))
    .sort();
  return Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      // Those on their way again are the sink's too.
      return { sink: name.replace(/(\.replay)?\.ndjson$/, ""), file, records: await countLines(file) };
    }),
  );
}

async function countLines(file: string): Promise<number | undefined> {
  let lines = 0;
  try {
    for await (const _ of linesOf(file)) lines++;
  } catch {
    return undefined;
  }
  return lines;
}

/** A line of what was read, and one for each sink. */
function accountLines({ lines, unparsed, bytes, skipped, missing, sinks }: Account): string[] {
  const parsed = `${lines - unparsed} parsed, ${unparsed} unparsed, ${counted(bytes, "byte")}, ${skipped} skipped`;
  return [
    `${counted(lines, "record")} read: ${parsed}${missing === 0 ? "" : `, ${missing} BYTES MISSING`}`,
    ...sinks.map((one) => {
      const { sink, routed, delivered, leftOut, waiting, dropped, dead } = one;
      const rest = remainderOf(one);
      const open = rest.records !== 0 || rest.bytes !== 0;
      const passed = leftOut ? `, ${leftOut.records} left out by its options` : "";
      const fates = `${delivered.records} delivered${passed}, ${waiting.records} waiting, ${dropped.records} dropped, ${dead.records} dead`;
      return `${sink}: ${routed.records} for it: ${fates}${open ? `, ${rest.records} RECORDS (${rest.bytes} bytes) UNACCOUNTED FOR` : ""}`;
    }),
  ];
}

function reportText(report: Report): string {
  const { dataDir, checkpoints, accounts, spool, sinks, damaged, deadLetters, aside } = report;
  const rows = (title: string, lines: readonly string[]): string =>
    `${title}\n${lines.length > 0 ? lines.map((line) => `  ${line}\n`).join("") : "  none\n"}`;
  return [
    `${dataDir}\n`,
    rows(
      "Checkpoints",
      checkpoints.flatMap((row) => {
        const { source, path, offset, size, next, lag, ended, parser, generation, updated, account } = row;
        const of = size === undefined || ended ? "" : ` of ${size}`;
        const to = next === undefined ? `${offset}${of}` : `message ${next}, ${lag} behind then`;
        return [
          `${source}: ${path} read to ${to}${ended ? " (ended)" : ""}${parser ? ` as ${parser}` : ""}, generation ${generation}, ${updated}`,
          ...(account ? accountLines(account) : []).map((line) => `  ${line}`),
        ];
      }),
    ),
    rows(
      "Accounts",
      accounts.flatMap(({ source, ...account }) => [
        `${source}${account.closes ? "" : " DOES NOT CLOSE"}`,
        ...accountLines(account).map((line) => `  ${line}`),
      ]),
    ),
    ...(aside.length > 0
      ? [
          rows(
            "Put aside",
            aside.map(
              ({ source, file, messages }) => `${source}: ${messages ?? "can't be read,"} in ${file}`,
            ),
          ),
        ]
      : []),
    rows("Spool", [
      `${counted(spool.blocks, "block")}, ${counted(spool.lines, "line")}, ${short(spool.bytes)}B, head ${spool.head}`,
    ]),
    rows(
      "Sinks",
      sinks.map(
        ({ sink, block, blocksBehind, linesBehind, updated }) =>
          `${sink}: at block ${block}, ${counted(blocksBehind, "block")} (${counted(linesBehind, "line")}) behind, ${updated}`,
      ),
    ),
    rows(
      "Damaged",
      damaged.map(
        ({ source, path, start, end, lines, reason, at }) =>
          `${source}: ${counted(lines, "line")} of ${path}, bytes ${start} to ${end}, ${at}: ${reason}`,
      ),
    ),
    rows(
      "Dead letters",
      deadLetters.map(({ sink, file, records }) => `${sink}: ${records ?? "can't be read,"} in ${file}`),
    ),
  ].join("");
}
