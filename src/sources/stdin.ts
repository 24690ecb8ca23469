import type { Readable } from "node:stream";
import { isMainThread } from "node:worker_threads";
import { z } from "zod";
import type { Source, SourceContext, SourceDefinition } from "./source.ts";
import { drink } from "./stream/drink.ts";
import { createGate } from "./stream/gate.ts";
import { endOldLives } from "./stream/life.ts";
import { createLineStream } from "./stream/lines.ts";
import { lineOptions } from "./stream/options.ts";

const stdinOptions = z.strictObject(lineOptions);

/** Reads what is piped into the command line, to its end. */
export const stdinSource: SourceDefinition<typeof stdinOptions> = {
  type: "stdin",
  options: stdinOptions,
  // The editor runs the engine on a thread, which has no standard input.
  create: (options, context) => createStdinSource(options, context, isMainThread ? process.stdin : undefined),
};

/** @param input undefined where there is none */
export function createStdinSource(
  options: z.output<typeof stdinOptions>,
  context: SourceContext,
  input: Readable | undefined,
): Source {
  const gate = createGate(context.room);
  const stream = createLineStream(context, "stdin", options);
  const { life } = stream;
  let state: "starting" | "watching" | "stopped" | "failed" = "starting";
  let reason: string | undefined;
  let done: Promise<void> = Promise.resolve();

  const fail = (why: string): void => {
    state = "failed";
    reason = why;
    context.log.error(`source ${context.id}: ${why}`);
    context.changed();
  };

  const read = async (from: Readable): Promise<void> => {
    const atEnd = await drink(
      from,
      {
        wait: gate.wait,
        ready: () => life.begunBy(gate.signal),
        take: stream.push,
        get patience() {
          return stream.patience;
        },
        idle: () => stream.flush(),
      },
      gate.signal,
    );
    // What has left the pipe is nowhere else.
    const rest = atEnd || from.readableLength === 0 || !life.begun ? null : (from.read() as Buffer | null);
    if (rest) stream.push(rest);
    if (life.begun) stream.flush(true);
    await life.end();
    state = "stopped";
    if (!atEnd) return;
    reason = from.errored ? `reading failed: ${from.errored.message}` : "the input has ended";
    if (from.errored) state = "failed";
    context.log.info(`source ${context.id}: ${reason}`);
    context.changed();
  };

  const shown = (): { state: typeof state | "paused"; reason?: string } => ({
    state: gate.paused && state === "watching" ? "paused" : state,
    ...(reason !== undefined && { reason }),
  });

  return {
    async start() {
      if (!input) {
        fail(
          "type stdin reads what is piped into the command line, and here is none: remove the source, or use `log-monitor run --config …`",
        );
        return;
      }
      // A byte can be read by one of two only.
      if (input.listenerCount("readable") > 0) {
        fail("type: another source reads stdin already: name one source of that type");
        return;
      }
      endOldLives(context);
      state = "watching";
      done = read(input).catch(context.fail);
      context.changed();
    },
    async stop() {
      gate.open();
      await done;
      input?.pause();
    },
    pause: gate.pause,
    resume: gate.resume,
    drain: () => done,
    state: () => ({ ...shown(), ...(reason !== undefined && input && { ended: true as const }) }),
    files() {
      const { state: now, reason: why } = shown();
      return input ? [life.row(now, why)] : [];
    },
  };
}
