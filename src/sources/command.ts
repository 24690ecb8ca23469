import { resolve } from "node:path";
import type { Readable } from "node:stream";
import { setTimeout as delay } from "node:timers/promises";
import { backoff } from "../lib/backoff.ts";
import { maskCommand, maskText } from "../lib/mask.ts";
import type { SourceState } from "../model.ts";
import {
  type Child,
  cannotStart,
  createTail,
  type Exit,
  startChild,
  whenProcessExits,
} from "./command/child.ts";
import { type CommandOptions, commandOptions } from "./command/options.ts";
import type { Source, SourceContext, SourceDefinition } from "./source.ts";
import { drink } from "./stream/drink.ts";
import { createGate } from "./stream/gate.ts";
import { endOldLives } from "./stream/life.ts";
import { createLineStream, type LineStream } from "./stream/lines.ts";

/** A command is shown in at most so many characters. */
const LONGEST_NAME = 120;

/** Reads what a command prints, and starts it again when it has ended. */
export const commandSource: SourceDefinition<typeof commandOptions> = {
  type: "command",
  options: commandOptions,
  templates: ["command"],
  resolve: (options, baseDir) => ({ ...options, cwd: resolve(baseDir, options.cwd ?? ".") }),
  async check(options) {
    const fault = await cannotStart(options);
    return fault ? [{ severity: "error", ...fault }] : [];
  },
  create: createCommandSource,
};

/**
 *   start ──▶ read both outputs to their end ──exit──▶ wait (backoff) ──▶ start again: a new generation
 *                                                │ policy says no
 *                                                ▼
 *                                              ended
 */
function createCommandSource(options: CommandOptions, context: SourceContext): Source {
  const gate = createGate(context.room);
  const never = new AbortController().signal;
  const name = nameOf(options.command, context.conceal);
  const retry = backoff({ base: options.restartAfter, cap: options.restartAtMost });
  const fresh = (): { readonly out: LineStream; readonly err: LineStream } => ({
    out: createLineStream(context, name, options),
    err: createLineStream(context, `${name} [stderr]`, options),
  });
  let streams = fresh();
  let child: Child | undefined;
  /** Aborted when what the child has not said by then is not waited for. */
  let over = new AbortController();
  let state: Exclude<SourceState, "paused"> = "starting";
  let reason: string | undefined;
  let ended = false;
  let drains = 0;
  let awake = new AbortController();
  let done: Promise<void> = Promise.resolve();
  let forget = (): void => {};

  const become = (next: typeof state, why?: string): void => {
    state = next;
    reason = why;
    context.changed();
  };

  /** @param hear is given all that is read */
  const read = async (
    input: Readable,
    stream: LineStream,
    hear: (bytes: Buffer) => void = () => {},
  ): Promise<void> => {
    const { life } = stream;
    await drink(
      input,
      {
        wait: gate.wait,
        async ready() {
          // Once it is to end there is no waiting for room, lest what it has said is lost; only for the disk.
          if (gate.signal.aborted) await life.settled;
          return life.begunBy(gate.signal);
        },
        take(bytes) {
          hear(bytes);
          stream.push(bytes);
        },
        get patience() {
          return stream.patience;
        },
        idle: () => stream.flush(),
      },
      never,
      over.signal,
    );
    if (life.begun) stream.flush(true);
    await life.end();
  };

  /** One life of the command, from its start until all that it printed is durable. */
  const live = async (): Promise<{ readonly exit: Exit; readonly said: string }> => {
    const one = startChild(options);
    child = one;
    streams = fresh();
    become("watching");
    const tail = createTail();
    over = new AbortController();
    const reading: Promise<void>[] = [];
    if (one.stdout) reading.push(read(one.stdout, streams.out));
    if (one.stderr && options.streams === "stdout") one.stderr.on("data", tail.add);
    else if (one.stderr) reading.push(read(one.stderr, streams.err, tail.add));
    const exit = await one.exited;
    // What it left behind must not outlive it, nor hold up the next.
    const ending = endTree(one);
    await Promise.all(reading);
    clearTimeout(ending);
    one.release();
    child = undefined;
    return { exit, said: tail.text };
  };

  /** Ends what is left of a command: asks, and after a while does not. */
  const endTree = (one: Child): NodeJS.Timeout => {
    const own = over;
    one.signal("SIGTERM");
    return setTimeout(() => {
      one.signal("SIGKILL");
      own.abort();
    }, options.stopAfter);
  };

  const run = async (): Promise<void> => {
    let last: string | undefined;
    for (;;) {
      const began = performance.now();
      const { exit, said } = await live();
      if (gate.signal.aborted) return;
      const failed = exit.code !== 0;
      const what = `${outcomeOf(exit)}${failed && said !== "" ? `: ${maskText(said)}` : ""}`;
      // What could not be started is said as a setting and its fault.
      const joint = exit.error === undefined ? " " : ": ";
      const again = options.restart === "always" || (options.restart === "failure" && failed);
      if (!again || drains > 0) {
        context.log[failed ? "warn" : "info"](`source ${context.id}: ${name}${joint}${what}`);
        ended = true;
        become(failed ? "failed" : "stopped", what);
        return;
      }
      if (performance.now() - began >= options.restartAtMost) {
        retry.reset();
        last = undefined;
      }
      const wait = Math.round(retry.next(options.restartAfter));
      // What it said before it says again at each start: once is enough until it changes.
      const level = what === last ? "debug" : failed ? "warn" : "info";
      last = what;
      const next = `${what}; it is started again after ${wait} ms (restart: ${options.restart})`;
      context.log[level](`source ${context.id}: ${name}${joint}${next}`);
      become(failed ? "failed" : "starting", next);
      awake = new AbortController();
      await delay(wait, undefined, { signal: awake.signal }).catch(() => {});
      if (gate.signal.aborted) return;
      if (drains > 0) {
        ended = true;
        become(failed ? "failed" : "stopped", what);
        return;
      }
    }
  };

  const rows = (): LineStream[] => {
    const { out, err } = streams;
    if (options.streams === "stderr") return [err];
    return err.life.begun ? [out, err] : [out];
  };
  const shown = (): typeof state | "paused" => (gate.paused && state === "watching" ? "paused" : state);

  return {
    async start() {
      endOldLives(context);
      // A second Ctrl-C ends us at once: nobody would be left to end what does not end when asked.
      forget = whenProcessExits(() => child?.signal("SIGKILL"));
      done = run().catch(context.fail);
    },
    async stop() {
      gate.open();
      awake.abort();
      const late = child && endTree(child);
      await done;
      clearTimeout(late);
      forget();
      state = "stopped";
    },
    pause: gate.pause,
    resume: gate.resume,
    /** What a command will say can't be known: it is run to its end, once. */
    async drain() {
      drains++;
      awake.abort();
      await done;
      drains--;
    },
    state: () => ({
      state: shown(),
      ...(reason !== undefined && { reason }),
      ...(ended && { ended: true as const }),
    }),
    files: () => rows().map(({ life }) => life.row(shown(), reason)),
  };
}

/** As people would write it, without what is a secret or looks like one: it goes with each record, to every sink. */
function nameOf(command: CommandOptions["command"], conceal = (text: string): string => text): string {
  const words = typeof command === "string" ? [command] : command.map(quoted);
  const text = maskCommand(conceal(words.join(" ")))
    .replace(/\s+/g, " ")
    .trim();
  return text.length > LONGEST_NAME ? `${text.slice(0, LONGEST_NAME)}…` : text;
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function outcomeOf({ code, signal, error }: Exit): string {
  return error ?? (signal === null ? `ended with exit code ${code}` : `was ended by ${signal}`);
}
