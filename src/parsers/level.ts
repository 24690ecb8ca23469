import type { Level } from "../model.ts";

/** Every spelling of a level, lower case, that loggers are known to write. */
const SPELLINGS: Readonly<Record<Level, readonly string[]>> = {
  trace: ["trace", "trc", "t", "verbose", "verb", "vrb", "v", "silly", "finest", "finer", "all", "spam"],
  debug: ["debug", "dbg", "debg", "dbug", "d", "fine", "config"],
  info: [
    "info",
    "inf",
    "i",
    "information",
    "informational",
    "notice",
    "note",
    "n",
    "log",
    "default",
    "success",
  ],
  warn: ["warn", "warning", "wrn", "warnung", "w"],
  error: ["error", "err", "eror", "erro", "e", "severe", "fail", "failure", "failed"],
  fatal: [
    ..."fatal,ftl,fata,f,critical,crit,crt,c,alert,alrt,emerg,emergency,panic,pnc,p,dpanic,fault,a".split(
      ",",
    ),
  ],
};

const BY_SPELLING: ReadonlyMap<string, Level> = new Map(
  Object.entries(SPELLINGS).flatMap(([level, words]) => words.map((word) => [word, level as Level] as const)),
);

/** Syslog's severities, RFC 5424 section 6.2.1. */
const SYSLOG: readonly Level[] = ["fatal", "fatal", "fatal", "error", "warn", "info", "info", "debug"];

/**
 * The level that a logger's own name or number for it means; undefined when it is none. Numbers are syslog's
 * below 8, and from 10 on those of pino and bunyan (10 trace … 60 fatal), which Python's logging shares but
 * for its 50, "critical", which is error there.
 */
export function levelOf(value: unknown): Level | undefined {
  if (typeof value === "number") return levelOfNumber(value);
  if (typeof value !== "string" || value.length > 16) return undefined;
  const known = BY_SPELLING.get(value) ?? BY_SPELLING.get(value.trim().toLowerCase());
  if (known !== undefined) return known;
  return /^\d{1,2}$/.test(value) ? levelOfNumber(Number(value)) : undefined;
}

function levelOfNumber(value: number): Level | undefined {
  if (!(value >= 0 && value < 100)) return undefined;
  if (value < 8) return SYSLOG[value];
  if (value < 20) return "trace";
  if (value < 30) return "debug";
  if (value < 40) return "info";
  if (value < 50) return "warn";
  return value < 60 ? "error" : "fatal";
}

/** Level of an access-log line: 5xx error, 4xx warn, else info. */
export function levelOfStatus(status: number): Level {
  return status < 400 ? "info" : status < 500 ? "warn" : "error";
}

/** Only words that mean little but a level: a text line may say "fine", "note" or "all" by itself. */
const IN_TEXT =
  /(?:^|[^A-Za-z0-9_-])(?:(trace|debug|info|notice|warn|warning|error|err|critical|crit|fatal|panic|emerg|alert|severe)(?=[\s\]>):|,;/]|$)|\[([TDIWEFC])\]|\b(DBG|INF|WRN|ERR|FTL|TRC|VRB)\b)/i;
/** How far into the text a level is looked for. */
const NEAR = 64;

/** The level named by a word near the start of a text line. */
export function levelInText(text: string, from: number): Level | undefined {
  const match = IN_TEXT.exec(text.slice(from, from + NEAR));
  const word = match?.[1] ?? match?.[2] ?? match?.[3];
  return word === undefined ? undefined : BY_SPELLING.get(word.toLowerCase());
}
