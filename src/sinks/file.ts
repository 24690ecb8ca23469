import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { LogRecord } from "../model.ts";
import { createRecordFormatter } from "./record-json.ts";
import type { Sink, SinkContext, SinkDefinition } from "./sink.ts";

const fileSinkOptions = z.strictObject({
  path: z.string().min(1).describe("File that records are appended to, one JSON object a line."),
});

/** Length of the output after a write: what lies beyond it at a restart was never acknowledged. */
const fileState = z.object({ path: z.string(), length: z.number() });
type FileState = z.output<typeof fileState>;

/** One JSON record a line. A restart cuts what lies beyond the cursor, so that each record stands once. */
export const fileSink: SinkDefinition<typeof fileSinkOptions> = {
  type: "file",
  options: fileSinkOptions,
  batch: { records: 10_000, bytes: 1 << 20, concurrency: 1 },
  create: (options, context) => createFileSink(resolve(context.baseDir, options.path), context),
};

function createFileSink(path: string, { log }: SinkContext): Sink<FileState> {
  let handle: FileHandle | undefined;
  let length = 0;
  const format = createRecordFormatter();

  return {
    target: path,
    async open(previous) {
      await mkdir(dirname(path), { recursive: true });
      handle = await open(path, "a");
      const { size } = await handle.stat();
      length = size;
      const state = fileState.safeParse(previous);
      if (!state.success || state.data.path !== path || size <= state.data.length) return { path, length };
      log.info(
        `${path}: ${size - state.data.length} unacknowledged byte(s) of the last run are cut and written again`,
      );
      await handle.truncate(state.data.length);
      length = state.data.length;
      return { path, length };
    },
    async write(records: readonly LogRecord[]) {
      if (!handle) throw new Error("the file is not open");
      const bytes = Buffer.from(format(records));
      try {
        for (let at = 0; at < bytes.length; ) at += (await handle.write(bytes, at)).bytesWritten;
      } catch (error) {
        // What a full disk let through must not stand before the second try.
        await handle.truncate(length).catch(() => {});
        throw error;
      }
      length += bytes.length;
      return { path, length };
    },
    async check() {
      await mkdir(dirname(path), { recursive: true });
      await (await open(path, "a")).close();
    },
    async close() {
      await handle?.close();
    },
  };
}
