import { UserError } from "../errors.ts";

const MS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;
const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h|d|w)$/;

/** "90s", "15m", "12h", "7d", "2w", "250ms" in milliseconds. Throws UserError for anything else. */
export function parseDuration(text: string): number {
  const match = DURATION.exec(text.trim());
  if (!match)
    throw new UserError(`"${text}" is no duration: write a number and ms, s, m, h, d or w, like 15m or 7d`);
  return Math.round(Number(match[1]) * MS[match[2] as keyof typeof MS]);
}

/**
 * A duration before `now`, or a point in time like `2026-03-04T13:49:52Z`, in ms since the epoch; one without a
 * zone is of this machine's. Throws UserError for anything else.
 */
export function parseInstant(text: string, now: number): number {
  const time = /^\d{4}-\d\d/.test(text.trim()) ? Date.parse(text.trim()) : now - parseDuration(text);
  if (Number.isNaN(time)) throw new UserError(`${text} is no time: write it like 2026-03-04T13:49:52Z`);
  return time;
}
