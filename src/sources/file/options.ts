import { z } from "zod";

/** Options of the file source. */
export const fileOptions = z.strictObject({
  paths: z
    .union([z.string().min(1), z.array(z.string().min(1)).min(1)])
    .transform((paths) => (typeof paths === "string" ? [paths] : paths))
    .describe("Files to follow: paths or globs, relative to the workspace folder or the configuration file."),
  exclude: z.array(z.string().min(1)).default([]).describe("Globs of files to leave out."),
  from: z
    .enum(["end", "start"])
    .default("end")
    .describe(
      "Where to begin in a file that was never seen: at its end, or at its start. Files that appear later are read whole.",
    ),
  partialAfter: z
    .int()
    .min(100)
    .default(10_000)
    .describe("A last line without its line end is taken as it is after this many ms without growth."),
});
