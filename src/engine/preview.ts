import type { Config } from "../config/config.ts";
import { UserError } from "../errors.ts";
import { silent } from "../lib/log.ts";
import type { SinkPreview } from "../protocol/engine.ts";
import { buildSink } from "./build.ts";
import { newestRecords } from "./newest.ts";

/** Records shown at most. */
const MOST = 10;

/**
 * Shows what a sink would be sent of the newest records, and sends nothing.
 * @param file take them from this file
 * @throws UserError when there is no such sink, no record, or what the sink's options name can't be read
 */
export async function previewOf(config: Config, id: string, file?: string): Promise<SinkPreview> {
  const sink = config.sinks.get(id);
  if (!sink) {
    const names = [...config.sinks.keys()].join(", ");
    throw new UserError(`the configuration has no sink ${id}; it has ${names || "none"}`);
  }
  const { records, from } = await newestRecords(config, id, MOST, file);
  if (records.length === 0) {
    throw new UserError(
      file === undefined
        ? `there is no record to show for ${id} yet: no file that is read for it has a line`
        : `${file} has no line to show`,
    );
  }
  const { type, baseDir } = sink;
  const made = await buildSink(sink, { id, log: silent, dataDir: config.dataDir, baseDir });
  try {
    const text = made.preview?.(records);
    const what = records.length === 1 ? "newest record" : `${records.length} newest records`;
    const head = `Sink ${id} (${type}): ${made.target}\nThe ${what} of ${from.join(", ")},\nas they would be sent. Nothing was sent.`;
    const body = text?.trimEnd() ?? `A sink of the type ${type} has no preview.`;
    return { sink: id, text: `${head}\n\n${body || "None of them would be sent."}\n` };
  } finally {
    await made.close();
  }
}
