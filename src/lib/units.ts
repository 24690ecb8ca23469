import { z } from "zod";
import { UserError } from "../errors.ts";
import { parseDuration } from "./duration.ts";

const POWERS = ["", "k", "m", "g", "t"];
const SIZE = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(i?)b?$/i;

/** "2GiB", "500MB", "64k", "1024" in bytes; KiB counts 1024, KB and k count 1000. Throws UserError. */
export function parseSize(text: string): number {
  const match = SIZE.exec(text.trim());
  const power = POWERS.indexOf((match?.[2] ?? "").toLowerCase());
  if (!match || (match[3] && power === 0)) {
    throw new UserError(
      `"${text}" is no size: write bytes, or a number and KB, MB, GB, KiB, MiB or GiB, like 2GiB`,
    );
  }
  return Math.round(Number(match[1]) * (match[3] ? 1024 : 1000) ** power);
}

/** Option that takes a duration: a text as above, or a number of milliseconds; the output is milliseconds. */
export const duration = z
  .union([z.number().nonnegative(), z.string()])
  .transform((value, context) => parsed(parseDuration, value, context));

/** The same where it may be less than nothing: `-2s`, `+250ms`. */
export const difference = z
  .union([z.number(), z.string()])
  .transform((value, context) => parsed(parseDifference, value, context));

function parseDifference(text: string): number {
  const [, sign = "", rest = ""] = /^([+-]?)(.*)$/s.exec(text.trim()) ?? [];
  const size = parseDuration(rest);
  return sign === "-" ? -size : size;
}

/** Option that takes a size: a text as above, or a number of bytes; the output is bytes. */
export const size = z
  .union([z.number().int().nonnegative(), z.string()])
  .transform((value, context) => parsed(parseSize, value, context));

/** The same where less than `least`, like 64KiB, can't work. */
export const sizeFrom = (least: string) =>
  size.refine((bytes) => bytes >= parseSize(least), {
    error: ({ input }) => `${String(input)} is too small: write at least ${least}`,
  });

function parsed(parse: (text: string) => number, value: number | string, context: z.RefinementCtx): number {
  if (typeof value === "number") return value;
  try {
    return parse(value);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    context.addIssue({ code: "custom", message: error.message, input: value });
    return z.NEVER;
  }
}
