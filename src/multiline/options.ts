import { z } from "zod";
import { reasonOf } from "../errors.ts";
import { nearest } from "../lib/nearest.ts";
import { size } from "../lib/units.ts";
import type { Grouping } from "./grouper.ts";
import { judges } from "./index.ts";

/** How a source puts lines together. */
export interface Multiline extends Grouping {
  /** A group that may go on is taken as it is after this many ms without growth of its file. */
  readonly timeout: number;
}

/** More than this at once is no record any more; a string can't be much longer. */
const LONGEST = 64 * 1024 ** 2;
const NAMES = [...judges.keys()];

const name = z
  .string()
  .superRefine((value, context) => {
    if (judges.has(value)) return;
    const near = nearest(value, NAMES);
    const guess = near === undefined ? "" : `: did you mean "${near}"?`;
    const message = `unknown preset "${value}"${guess}${near === undefined ? "." : ""} There are ${NAMES.join(", ")}.`;
    context.addIssue({ code: "custom", message });
  })
  .meta({ enum: NAMES });

const expression = z.string().superRefine((pattern, context) => {
  const message = pattern === "" ? "is empty: it would match every line" : faultOf(pattern);
  if (message !== undefined) context.addIssue({ code: "custom", message });
});

const WAYS = ["preset", "start", "continuation", "pattern"] as const;

const multilineObject = z
  .strictObject({
    preset: name.optional().describe("Whose groups: of traces in a language, by indentation, or JSON."),
    start: expression.optional().describe("JavaScript expression for the lines that begin a record."),
    continuation: expression
      .optional()
      .describe("JavaScript expression for the lines that go on with the record before them."),
    pattern: expression
      .optional()
      .describe(
        "JavaScript expression for the lines that go on, as `negate` and `match` say; as in Filebeat.",
      ),
    negate: z.boolean().optional().describe("With `pattern`: the lines that do not match go on."),
    match: z
      .enum(["after", "before"])
      .optional()
      .describe(
        "With `pattern`: its lines go on with the line before them (after), or begin the record of the next (before).",
      ),
    maxLines: z.int().min(1).default(500).describe("A record ends with the line that makes it so many."),
    maxBytes: size
      .default(1024 ** 2)
      .refine((bytes) => bytes >= 1 && bytes <= LONGEST, {
        error: "is no length of a record: write a size up to 64MiB",
      })
      .describe("A record ends with the line that makes it so many bytes, like 1MiB."),
    timeout: z
      .int()
      .min(10)
      .default(1000)
      .describe("The last record of a file is taken as it is after this many ms without growth."),
  })
  .superRefine((value, context) => {
    const said = WAYS.filter((way) => value[way] !== undefined);
    if (said.length === 0) context.addIssue({ code: "custom", message: `needs one of ${WAYS.join(", ")}` });
    const [, second] = said;
    if (second !== undefined) {
      const message = `stands beside ${said[0]}: write one of them`;
      context.addIssue({ code: "custom", path: [second], message });
    }
    if (value.pattern !== undefined) return;
    for (const key of ["negate", "match"] as const) {
      if (value[key] === undefined) continue;
      context.addIssue({ code: "custom", path: [key], message: "goes with pattern" });
    }
  });

/** What is configured: a name, or an object. */
export const multilineOption = z
  .union([name, multilineObject])
  .transform((value): Multiline => {
    const { preset, start, continuation, pattern, negate, match, ...limits } =
      typeof value === "string" ? multilineObject.parse({ preset: value }) : value;
    if (preset !== undefined) return { by: { preset }, ...limits };
    return {
      by: {
        pattern: pattern ?? start ?? continuation ?? "",
        negate: pattern !== undefined ? (negate ?? false) : start !== undefined,
        match: match ?? "after",
      },
      ...limits,
    };
  })
  .describe(
    `Puts lines together to one record: ${NAMES.join(", ")}, or an object with start, continuation or pattern, and limits.`,
  );

function faultOf(pattern: string): string | undefined {
  try {
    new RegExp(pattern);
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}
