import type { Worker } from "node:worker_threads";
import { reasonOf, UserError } from "../errors.ts";
import { backoff } from "../lib/backoff.ts";
import { createEmitter } from "../lib/events.ts";
import type { Log } from "../lib/log.ts";
import { maskAddresses } from "../lib/mask.ts";
import type { Snapshot } from "../model.ts";
import { type Channel, createChannel } from "../protocol/channel.ts";
import type {
  ApplyResult,
  ConfigInput,
  EngineCalls,
  EngineNotices,
  HostCalls,
  HostNotices,
} from "../protocol/engine.ts";
import type { RemoteTold } from "../protocol/remote.ts";
import type { EngineHost, EngineState } from "./engine-host.ts";
import { createHeartbeat } from "./heartbeat.ts";
import type { L10n } from "./l10n.ts";

/** So many deaths within so many ms are a crash loop: starting again would not help. */
const DEATHS = 5;
const WITHIN = 60_000;
/** How long (ms) a thread may answer nothing while it runs, and while it starts. */
const PATIENCE = 3_000;
const START_PATIENCE = 30_000;
/** So long (ms) the figures say that the thread was replaced, and why. */
const TOLD = 600_000;

interface Parts {
  /** Starts the thread; whoever calls this ends it. */
  readonly spawn: () => Worker;
  /** The configuration as it is now: asked for at each start and each `configure`. */
  readonly collect: () => ConfigInput;
  /** A secret of the user's, by its name. */
  readonly secret?: (name: string) => Promise<string | undefined>;
  readonly log: Log;
  /** What users are told, in their language and times; the log is in English. */
  readonly texts: Pick<L10n, "t" | "time">;
  /** Wait before a thread is started again, in ms. */
  readonly wait?: { next(): number; reset(): void };
  /** How long (ms) a thread that runs may answer nothing. */
  readonly patience?: number;
  /** A clock in ms that nobody sets. */
  readonly now?: () => number;
}

interface Thread {
  readonly worker: Worker;
  readonly channel: Channel<EngineCalls, EngineNotices>;
  readonly heart: { stop(): void };
}

interface Death {
  readonly reason: string;
  /** ms since the epoch, and by the clock that nobody sets. */
  readonly at: number;
  readonly clock: number;
}

/**
 * Runs the engine on a thread of its own and brings it back when it dies, or no longer answers.
 *
 *   idle ─▶ starting ─▶ running ─▶ (death) restarting ─▶ starting …
 *                                     └▶ failed (5 deaths a minute) ─retry▶ starting
 */
export function createEngineHost(parts: Parts): EngineHost {
  const { spawn, collect, log, texts, wait = backoff(), patience = PATIENCE } = parts;
  const { now = () => performance.now() } = parts;
  const snapshots = createEmitter<Snapshot>();
  const states = createEmitter<EngineState>();
  const applied = createEmitter<ApplyResult>();
  const remote = createEmitter<RemoteTold>();
  let state: EngineState = { name: "idle" };
  let last: Snapshot | undefined;
  let thread: Thread | undefined;
  let deaths: number[] = [];
  let lastDeath: Death | undefined;
  let timer: NodeJS.Timeout | undefined;

  const become = (next: EngineState): void => {
    state = next;
    states.fire(next);
  };

  /** Every way a thread can end comes here, once: what waits for it is told, then it is replaced or given up. */
  const ended = (of: Thread, why: string): void => {
    if (of !== thread) return;
    const reason = maskAddresses(why);
    thread = undefined;
    of.heart.stop();
    of.channel.close(reason);
    void of.worker.terminate();
    if (state.name === "closed") return;
    log.error(`The engine thread ended: ${reason}`);
    const time = now();
    deaths = [...deaths.filter((death) => time - death < WITHIN), time];
    lastDeath = { reason, at: Date.now(), clock: time };
    if (deaths.length >= DEATHS) {
      become({ name: "failed", reason });
      return;
    }
    if (deaths.length === 1) wait.reset();
    timer = setTimeout(start, wait.next());
    become({ name: "restarting", reason });
  };

  /** For a while the figures say that the thread is not the one it was. */
  const telling = (snapshot: Snapshot): Snapshot => {
    if (!lastDeath || now() - lastDeath.clock > TOLD) return snapshot;
    const { at, reason } = lastDeath;
    const problem = texts.t("the engine thread was replaced at {0}: {1}", texts.time(at), reason);
    return { ...snapshot, problems: [...snapshot.problems, problem] };
  };

  const begin = (): Thread => {
    clearTimeout(timer);
    const worker = spawn();
    const channel = createChannel<EngineCalls, EngineNotices, HostCalls, HostNotices>(
      {
        post: (message, transfer) => worker.postMessage(message, [...(transfer ?? [])]),
        listen: (receive) =>
          void worker.on("message", (message) => {
            if (state.name === "starting") become({ name: "running" });
            receive(message);
          }),
      },
      { secret: async (name) => parts.secret?.(name) },
      {
        snapshot(snapshot) {
          last = telling(snapshot);
          snapshots.fire(last);
        },
        log: ({ level, message }) => log[level](message),
        reconfigured: (result) => applied.fire(result),
        remote: remote.fire,
      },
    );
    const heart = createHeartbeat({
      ping: () => channel.call("ping", undefined),
      patience: () => (state.name === "starting" ? Math.max(patience, START_PATIENCE) : patience),
      dead: (silence) => ended(started, `it did not answer for ${(silence / 1000).toFixed(1)} s`),
    });
    const started: Thread = { worker, channel, heart };
    thread = started;
    // Not `once`: a thread that is being ended may fail again, and an error nobody hears ends the process.
    worker.on("error", (error) => ended(started, reasonOf(error)));
    worker.on("messageerror", (error) => ended(started, reasonOf(error)));
    worker.on("exit", (code) => ended(started, `exit code ${code}`));
    worker.stdout?.on("data", (data) => log.debug(String(data).trimEnd()));
    worker.stderr?.on("data", (data) => log.debug(String(data).trimEnd()));
    become({ name: "starting" });
    return started;
  };

  const apply = async (to: Thread): Promise<ApplyResult> => {
    const result = await to.channel.call("configure", collect());
    applied.fire(result);
    return result;
  };

  const applyTo = (to: Thread): Promise<unknown> =>
    apply(to).catch((error) => log.error(`The configuration was not applied: ${reasonOf(error)}`));

  const start = (): Thread => {
    const started = begin();
    void applyTo(started);
    return started;
  };

  /** Why there is no thread, for those who need one and can't start it. */
  const refuse = (): void => {
    if (state.name === "closed") throw new UserError(texts.t("The engine is closed."));
    if (state.name === "restarting")
      throw new UserError(texts.t("The engine is restarting: {0}", state.reason));
    if (state.name === "failed")
      throw new UserError(
        texts.t("The engine stopped: {0}. Use Restart Engine to try again.", state.reason.replace(/\.$/, "")),
      );
  };

  return {
    get state() {
      return state;
    },
    get snapshot() {
      return last;
    },
    get lastDeath() {
      return lastDeath && { reason: lastDeath.reason, at: lastDeath.at };
    },
    onSnapshot: snapshots.listen,
    onState: states.listen,
    onApplied: applied.listen,
    onRemote: remote.listen,
    async call(name, argument) {
      refuse();
      return (thread ?? start()).channel.call(name, argument);
    },
    async configure() {
      refuse();
      return apply(thread ?? begin());
    },
    retry() {
      // A thread that runs may still have nothing to run, when the disk was full: it tries at once.
      if (state.name === "running" && thread) return void applyTo(thread);
      if (state.name !== "failed" && state.name !== "restarting") return;
      deaths = [];
      wait.reset();
      start();
    },
    async close(deadline = 3000) {
      clearTimeout(timer);
      const closing = thread;
      become({ name: "closed" });
      if (!closing) return;
      let late: NodeJS.Timeout | undefined;
      const expired = new Promise<string>((resolve) => {
        late = setTimeout(resolve, deadline, `it did not close within ${deadline} ms`);
      });
      const flushed = closing.channel.call("close", undefined).then(() => undefined, reasonOf);
      const trouble = await Promise.race([flushed, expired]);
      clearTimeout(late);
      if (trouble) log.warn(`The engine was ended before it had closed: ${trouble}`);
      ended(closing, "closed");
      await closing.worker.terminate();
    },
  };
}
