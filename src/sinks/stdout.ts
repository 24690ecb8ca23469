import { isMainThread } from "node:worker_threads";
import { z } from "zod";
import { RetryLater } from "../errors.ts";
import type { LogRecord } from "../model.ts";
import { createRecordFormatter } from "./record-json.ts";
import type { Sink, SinkDefinition } from "./sink.ts";
import { createPretty } from "./stdout-pretty.ts";

const stdoutOptions = z
  .strictObject({
    format: z
      .enum(["json", "raw", "pretty"])
      .default("json")
      .describe("What is written of a record: a JSON object, the line as it was read, or a line for people."),
  })
  .superRefine((_, context) => {
    // The editor's engine runs on a thread of its own, whose standard output nobody reads.
    if (isMainThread) return;
    const message =
      "stdout is the terminal's that log-monitor runs in, and the editor has none: records are in the search and the dashboard here; use a sink file to keep them";
    context.addIssue({ code: "custom", message, path: [] });
  });

/** The standard output of the command line. */
export const stdoutSink: SinkDefinition<typeof stdoutOptions> = {
  type: "stdout",
  options: stdoutOptions,
  once: false,
  batch: { records: 1_000, bytes: 1 << 18, concurrency: 1 },
  create: ({ format }) => createStdoutSink(format, process.stdout),
};

/** @param out where records are written; whoever reads it may go at any time */
export function createStdoutSink(
  format: z.output<typeof stdoutOptions>["format"],
  out: NodeJS.WritableStream & { readonly isTTY?: boolean },
): Sink {
  const textOf = createText(format, out.isTTY ?? false);
  // The callback of the write tells it, too; without a listener the process would end by it.
  const ignore = (): void => {};
  out.on("error", ignore);
  return {
    target: `standard output, ${format}`,
    write: (records) =>
      new Promise<void>((resolve, reject) => {
        out.write(textOf(records), (error) => {
          if (!error) return resolve();
          reject(new RetryLater("the standard output can't be written", { cause: error }));
        });
      }),
    async check() {},
    preview: (records) => textOf(records).toString(),
    async close() {
      out.removeListener("error", ignore);
    },
  };
}

function createText(
  format: "json" | "raw" | "pretty",
  colours: boolean,
): (records: readonly LogRecord[]) => Buffer {
  if (format === "raw") return (records) => Buffer.from(records.map(({ raw }) => `${raw}\n`).join(""));
  if (format === "pretty") {
    const pretty = createPretty(colours && !process.env.NO_COLOR);
    return (records) => Buffer.from(records.map(pretty).join(""));
  }
  const json = createRecordFormatter();
  // Copied: the stream may hold it while the next ones are written.
  return (records) => Buffer.from(json(records));
}
