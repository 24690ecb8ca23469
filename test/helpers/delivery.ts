import type { Decoder } from "../../src/engine/decode.ts";
import type { Log } from "../../src/lib/log.ts";
import type { LogRecord } from "../../src/model.ts";
import type { Sink } from "../../src/sinks/sink.ts";
import { accessRecord } from "./records.ts";

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
