import { join } from "node:path";
import { z } from "zod";
import { tryFolder } from "../lib/folders.ts";
import { duration, sizeFrom } from "../lib/units.ts";
import { withOwnFields } from "../store/own-id.ts";
import { LEAST_STORE } from "../store/schema.ts";
import { openSegments, type Segments } from "../store/segments.ts";
import { createRecordFormatter } from "./record-json.ts";
import type { Sink, SinkDefinition } from "./sink.ts";

const options = z.strictObject({
  maxBytes: sizeFrom(LEAST_STORE)
    .default(2 * 1024 ** 3)
    .describe("Most bytes on disk, like 2GiB; the oldest records go first."),
  maxAge: duration.default(7 * 86_400_000).describe("How long records are kept, like 7d or 12h."),
});

/** The embedded store as a sink, with what it holds. */
export interface StoreSink extends Sink {
  figures(): { readonly segments: number; readonly records: number; readonly bytes: number };
}

/** Keeps records on this machine, in `<dataDir>/store`, for the search, the charts and `query`. */
export const storeSink = {
  type: "store",
  options,
  once: true,
  batch: { records: 10_000, bytes: 4 << 20, concurrency: 1 },
  create({ maxBytes, maxAge }, { dataDir, log }): StoreSink {
    const folder = join(dataDir, "store");
    let segments: Segments | undefined;
    const opened = () => {
      segments ??= openSegments(folder, { maxBytes, maxAge, log });
      return segments;
    };
    return {
      target: folder,
      async open() {
        opened();
      },
      async write(records) {
        const own = records.some(({ id, cut }) => id !== undefined || cut);
        await opened().write(own ? records.map(withOwnFields) : records);
      },
      async check() {
        tryFolder(folder);
      },
      async close() {
        segments?.close();
        segments = undefined;
      },
      preview: (records) => createRecordFormatter()(records).toString(),
      figures: () => segments?.figures() ?? { segments: 0, records: 0, bytes: 0 },
    };
  },
} satisfies SinkDefinition<typeof options>;
