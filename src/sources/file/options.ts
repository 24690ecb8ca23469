import { z } from "zod";
import { encodingOf, UTF8, unknownEncoding } from "../../lib/encoding.ts";
import { duration, size } from "../../lib/units.ts";
import { MAX_LINE_BYTES } from "../source.ts";

const LEAST_LINE = 1024;
const LONGEST_LINE = 64 * 1024 * 1024;

/** Options of the file source. */
export const fileOptions = z.strictObject({
  paths: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((paths) => (typeof paths === "string" ? [paths] : paths))
    .describe("Files to follow: paths or globs, relative to the workspace folder or the configuration file."),
  exclude: z.array(z.string().min(1)).default([]).describe("Globs of files to leave out."),
  from: z
    .union([z.enum(["end", "start"]), duration])
    .default("end")
    .describe(
      "Where to begin in a file that was never seen: at its end, at its start, or at the first line that is at most so old, like 15m, 2h or 7d. Files that appear later are read whole.",
    ),
  ignoreOlder: duration
    .optional()
    .describe(
      "Files that have not changed for so long, like 7d, are not opened until they do, unless something of them was read and the rest was not.",
    ),
  poll: z
    .boolean()
    .optional()
    .describe(
      "Look at each file every second instead of waiting for change events; left out: where none come, as on network file systems.",
    ),
  encoding: z
    .string()
    .default("auto")
    .refine((label) => label === "auto" || encodingOf(label) !== undefined, {
      error: ({ input }) => unknownEncoding(String(input)),
    })
    .transform((label) => (label === "auto" ? UTF8 : (encodingOf(label) ?? UTF8)))
    .describe(
      "Of files that do not begin with a byte order mark, which says it best: auto takes them for UTF-8; else a name like utf-16le, gbk, gb18030, shift_jis, big5, euc-kr, latin1 or windows-1252.",
    ),
  maxLineBytes: size
    .default(MAX_LINE_BYTES)
    .refine((bytes) => bytes >= LEAST_LINE && bytes <= LONGEST_LINE, {
      error: "is no length of a line: write a size from 1KiB to 64MiB",
    })
    .describe("A line longer than this, like 4MiB, is cut there and marked; the rest of it is skipped."),
  partialAfter: z
    .int()
    .min(100)
    .default(10_000)
    .describe("A last line without its line end is taken as it is after this many ms without growth."),
});
