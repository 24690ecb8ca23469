import assert from "node:assert/strict";
import type { z } from "zod";
import { type Log, silent } from "../../src/lib/log.ts";
import type { LogRecord } from "../../src/model.ts";
import type { Sink, SinkDefinition } from "../../src/sinks/sink.ts";

/** A sink of these options, opened, and closed when the test ends. */
export async function openSink<Options extends z.ZodType>(
  t: { after(fn: () => Promise<void>): void },
  definition: SinkDefinition<Options>,
  options: object,
  given: { readonly dataDir?: string; readonly log?: Log } = {},
): Promise<Sink> {
  const context = { id: "it", log: silent, dataDir: "/nonexistent", baseDir: "", ...given };
  const sink = await definition.create(definition.options.parse(options), context);
  t.after(() => sink.close());
  await sink.open?.(undefined);
  return sink;
}

/** What a write that is not taken ends with. */
export async function failureOf(sink: Sink, records: readonly LogRecord[]): Promise<Error> {
  try {
    await sink.write(records);
  } catch (error) {
    return error as Error;
  }
  return assert.fail("was taken");
}

/** What is wrong with options, each as `path: message`; empty when nothing is. */
export function refusals(definition: SinkDefinition, options: object): string[] {
  const { error } = definition.options.safeParse(options);
  return (error?.issues ?? []).map(({ path, message }) => `${path.join(".")}: ${message}`);
}
