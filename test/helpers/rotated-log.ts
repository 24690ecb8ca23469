import {
  appendFileSync,
  copyFileSync,
  existsSync,
  renameSync,
  statSync,
  truncateSync,
  unlinkSync,
} from "node:fs";
import { encode } from "./encodings.ts";

/** A file from its first byte until it is truncated or removed, wherever it lies, as its reader must tell it. */
interface Life {
  readonly lines: string[];
  /** Text without its line end. */
  partial: string;
  /** The last line was read without its end, which is swallowed when it comes. */
  open: boolean;
}

/** A log and its rotated files on the disk, with an account of every line that was written. */
export interface RotatedLog {
  /** Appends to the log, or makes it. */
  append(text: string): void;
  /** Appends to the file last renamed, if there is one: writers go on until they reopen. */
  appendLate(text: string): boolean;
  /** log → log.1 → log.2 …; nothing lies at the log's path then. */
  rename(): void;
  /** Copies the log to log.1 (others move on) and truncates it. */
  copytruncate(): void;
  remove(): void;
  readonly exists: boolean;
  /** Bytes at the log's path. */
  readonly size: number;
  /** The reader took all there is, also lines without their end. */
  drained(): void;
  /** All lines of each life that has any, in order; no two lives are told in an order. */
  truth(): string[][];
}

export function createRotatedLog(path: string, encoding = "utf-8"): RotatedLog {
  const lives: Life[] = [];
  let current: Life | undefined;
  /** What lies at log.1, log.2 …: a life that goes on, or nothing when it is a copy. */
  const rotated: (Life | undefined)[] = [];

  const begin = (): Life => {
    const life = { lines: [], partial: "", open: false };
    lives.push(life);
    return life;
  };
  const add = (life: Life, text: string): void => {
    if (text === "") return;
    const rest = life.open ? text.replace(/^\r?\n/, "") : text;
    life.open = false;
    const parts = (life.partial + rest).split("\n");
    life.partial = parts.pop() ?? "";
    for (const line of parts) life.lines.push(line.replace(/\r$/, ""));
  };
  const cut = (life: Life): void => {
    if (life.partial === "") return;
    life.lines.push(life.partial);
    life.partial = "";
    life.open = true;
  };
  const shift = (): void => {
    for (let at = rotated.length; at > 0; at--) renameSync(`${path}.${at}`, `${path}.${at + 1}`);
  };

  return {
    get exists() {
      return existsSync(path);
    },
    get size() {
      return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    },
    append(text) {
      current ??= begin();
      appendFileSync(path, encode(text, encoding));
      add(current, text);
    },
    appendLate(text) {
      const life = rotated[0];
      if (!life) return false;
      appendFileSync(`${path}.1`, encode(text, encoding));
      add(life, text);
      return true;
    },
    rename() {
      shift();
      renameSync(path, `${path}.1`);
      rotated.unshift(current);
      current = undefined;
    },
    copytruncate() {
      shift();
      copyFileSync(path, `${path}.1`);
      truncateSync(path, 0);
      rotated.unshift(undefined);
      if (current) cut(current);
      current = begin();
    },
    remove() {
      unlinkSync(path);
      if (current) cut(current);
      current = undefined;
    },
    drained: () => lives.forEach(cut),
    truth: () => lives.map(({ lines }) => lines).filter((lines) => lines.length > 0),
  };
}
