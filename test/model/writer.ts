import {
  appendFileSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { LOGS, type LogName } from "./steps.ts";

/** All lines bear this time, of a second: what tells their points apart is the place in the file alone. */
const TIME = "2026-11-21T10:00:00Z";

export interface Written {
  readonly number: number;
  readonly log: LogName;
  readonly raw: string;
  readonly poison: boolean;
}

interface LineWish {
  readonly size: number;
  readonly letter: string;
  readonly end: string;
  readonly poison: boolean;
}

/**
 * Logs, their rotated files, and the account of every line. What makes no sense where it stands does nothing.
 * `settle` is called where what was not read yet would be gone for good, for any reader.
 */
export interface Writer {
  write(log: LogName, lines: readonly LineWish[], cut: number | undefined): void;
  /** log → log.1 → log.2.gz …; a line that is under way is ended in the renamed file. */
  rename(log: LogName): void;
  copytruncate(log: LogName): Promise<void>;
  remove(log: LogName): Promise<void>;
  /** Packs the newest rotated file that is not. */
  gzip(log: LogName): Promise<void>;
  /** Deletes the oldest rotated file. */
  prune(log: LogName): Promise<void>;
  /** Ends all lines that are under way. */
  finish(): void;
  /** Ends all lines that are under way, and has the reader take all there is. */
  settle(): Promise<void>;
  /** All lines, by their numbers. */
  readonly lines: readonly Written[];
  /** Bytes of all of them, line ends included. */
  readonly bytes: number;
}

interface Log {
  readonly path: string;
  /** The end of the line that is under way. */
  rest: string;
  /** The reader has read some of what lies at the path. */
  begun: boolean;
  /** Suffixes of rotated files, newest first: `.1`, `.2.gz`. */
  rotated: string[];
  /** Those of them that the reader had begun to read when they were rotated: their rest is found when it is packed. */
  known: Set<string>;
}

export function createWriter(folder: string, settle: () => Promise<void>): Writer {
  mkdirSync(folder, { recursive: true });
  const lines: Written[] = [];
  const logs = new Map<LogName, Log>(
    LOGS.map((name) => [
      name,
      { path: join(folder, name), rest: "", begun: false, rotated: [], known: new Set() },
    ]),
  );
  /** Nothing was written since the reader took all. */
  let clean = true;
  let bytes = 0;

  const at = (name: LogName): Log => logs.get(name) as Log;
  const append = (path: string, text: string): void => {
    if (text === "") return;
    appendFileSync(path, text);
    bytes += Buffer.byteLength(text);
    clean = false;
  };
  const end = (log: Log): void => {
    append(log.path, log.rest);
    log.rest = "";
  };
  const shift = (log: Log, newest: string): void => {
    for (let index = log.rotated.length - 1; index >= 0; index--) {
      const suffix = log.rotated[index] ?? "";
      const next = suffix.replace(/\d+/, (number) => String(Number(number) + 1));
      renameSync(log.path + suffix, log.path + next);
      log.rotated[index] = next;
      if (log.known.delete(suffix)) log.known.add(next);
    }
    log.rotated.unshift(newest);
    if (log.begun) log.known.add(newest);
  };
  const settled = (): void => {
    clean = true;
    for (const log of logs.values())
      log.begun = (statSync(log.path, { throwIfNoEntry: false })?.size ?? 0) > 0;
  };
  const finish = (): void => {
    for (const log of logs.values()) end(log);
  };
  const settleAll = async (): Promise<void> => {
    // Who takes all there is takes a line that is under way for a whole one.
    finish();
    if (clean) return;
    await settle();
    settled();
  };

  return {
    write(name, wishes, cut) {
      const log = at(name);
      let text = log.rest;
      log.rest = "";
      for (const { size, letter, end, poison } of wishes) {
        const number = lines.length;
        const filler = `${letter}${number}.`;
        const pad = filler.repeat(Math.ceil(size / filler.length)).slice(0, size);
        const raw = JSON.stringify({ time: TIME, n: number, log: name, ...(poison && { poison }), pad });
        lines.push({ number, log: name, raw, poison });
        text += raw + end;
      }
      if (cut !== undefined) {
        const last = text.lastIndexOf('{"time"');
        const place = last + Math.floor((text.length - last) * cut);
        log.rest = text.slice(place);
        text = text.slice(0, place);
      }
      append(log.path, text);
    },
    rename(name) {
      const log = at(name);
      if (!existsSync(log.path)) return;
      shift(log, ".1");
      renameSync(log.path, `${log.path}.1`);
      append(`${log.path}.1`, log.rest);
      log.rest = "";
      log.begun = false;
    },
    async copytruncate(name) {
      const log = at(name);
      if (!existsSync(log.path)) return;
      end(log);
      // A copy holds what was not read yet, if something was read by which to know it again.
      if (!log.begun) await settleAll();
      shift(log, ".1");
      copyFileSync(log.path, `${log.path}.1`);
      truncateSync(log.path, 0);
      log.begun = false;
    },
    async remove(name) {
      const log = at(name);
      if (!existsSync(log.path)) return;
      end(log);
      await settleAll();
      unlinkSync(log.path);
      log.begun = false;
    },
    async gzip(name) {
      const log = at(name);
      const index = log.rotated.findIndex((suffix) => !suffix.endsWith(".gz"));
      const suffix = log.rotated[index];
      if (suffix === undefined) return;
      if (!log.known.has(suffix)) await settleAll();
      const path = log.path + suffix;
      writeFileSync(`${path}.gz`, gzipSync(readFileSync(path)));
      unlinkSync(path);
      log.rotated[index] = `${suffix}.gz`;
    },
    async prune(name) {
      const log = at(name);
      if (log.rotated.length === 0) return;
      await settleAll();
      unlinkSync(log.path + log.rotated.pop());
    },
    settle: settleAll,
    finish,
    lines,
    get bytes() {
      return bytes;
    },
  };
}
