import type { TestContext } from "node:test";
import type { Decoder } from "../../src/engine/decode.ts";
import { createDelivery, type Delivery } from "../../src/engine/delivery.ts";
import { type Log, silent } from "../../src/lib/log.ts";
import type { Batch, LogRecord } from "../../src/model.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import { accessRecord } from "./records.ts";
import { chunkOf, newGeneration, openSpool } from "./spool.ts";
import { tempFolder } from "./temp.ts";

/** Records as the blocks of these tests hold them: one a line, the line its message. */
export const recordsOf = (text: string, start: number): LogRecord[] =>
  text
    .split("\n")
    .slice(0, -1)
    .map((message, at) => accessRecord({ message, raw: message, offset: start + at }));

/** Reads such blocks; all are of the source `access`. */
export const decoder: Decoder = {
  sinksOf: () => undefined,
  decode: ({ seq, generation, start, bytes, observed }) => ({
    seq,
    source: "access",
    sinks: undefined,
    records: recordsOf(bytes.toString(), start),
    generation,
    start,
    bytes: bytes.length,
    observed,
  }),
};

/** A destination in memory that does what it is told before it takes records. */
export function destination(answer: (records: readonly LogRecord[]) => Promise<void> | void = () => {}) {
  const taken: string[] = [];
  const sink: Sink = {
    target: "memory",
    check: async () => {},
    close: async () => {},
    async write(records) {
      await answer(records);
      taken.push(...records.map(({ message }) => message));
      return { taken: taken.length };
    },
  };
  return { sink, taken };
}

/** A log that keeps what it is told. */
export function recording(): Log & { readonly lines: string[] } {
  const lines: string[] = [];
  const add = (line: string): void => void lines.push(line);
  return { debug: add, info: add, warn: add, error: add, lines };
}

/** A spool and the delivery of what it holds to a destination; `feed` writes a block of one line a message. */
export function setUp(
  t: TestContext,
  sink: Sink,
  given: { accepts?: () => boolean; records?: number; log?: Log; consent?: string[] } = {},
) {
  const folder = tempFolder(t);
  const open = openSpool(folder);
  const generation = newGeneration(open.checkpoints);
  const delivery: Delivery = createDelivery({
    id: "s",
    type: "test",
    spool: open.spool,
    decoder,
    dataDir: folder,
    batch: { records: given.records ?? 1000, bytes: 1 << 20, concurrency: 1 },
    log: given.log ?? silent,
    ...(given.consent && { consent: given.consent }),
    accepts: given.accepts ?? (() => true),
    create: async () => sink,
    progressed() {},
  });
  t.after(async () => {
    await delivery.close();
    await open.spool.close();
  });
  let at = 0;
  const feed = async (...messages: string[]): Promise<void> => {
    const text = messages.map((message) => `${message}\n`).join("");
    const chunk = chunkOf(generation, at, text);
    const records = recordsOf(text, at);
    at += text.length;
    await open.spool.append(chunk, records.length, 1, (seq) =>
      delivery.offer({
        seq,
        source: "access",
        sinks: undefined,
        records,
        generation: generation.id,
        start: chunk.start,
        bytes: text.length,
        observed: chunk.observed,
      } satisfies Batch),
    );
  };
  return { folder, delivery, feed, ...open };
}
