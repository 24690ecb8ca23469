import { stat } from "node:fs/promises";
import type { z } from "zod";
import { reasonOf } from "../errors.ts";
import { createDiscovery } from "./file/discovery.ts";
import { type Doing, rowsOf, stateOf } from "./file/figures.ts";
import { createFollowing } from "./file/following.ts";
import { keyOf, statKey } from "./file/generations.ts";
import { fileOptions } from "./file/options.ts";
import { absoluteGlob, createMatcher, excludeGlob } from "./file/paths.ts";
import { unfitness, unmatchedIn } from "./file/unmatched.ts";
import type { Source, SourceContext, SourceDefinition } from "./source.ts";

/** Each file's path is looked at once in so many ms even when no event came; folders are walked as often. */
const SWEEP = 20_000;
const SWEEP_SLICES = 20;
/** The same in slices of a second, while change events fail. */
const POLL_SLICES = 2;
/** What is known of old files is looked through so often (ms). */
const DAY = 86_400_000;
/** So many of the files that could not be opened are tried again each second. */
const TROUBLED = 100;

/** Follows files by glob through rename, truncation and restarts. */
export const fileSource: SourceDefinition<typeof fileOptions> = {
  type: "file",
  options: fileOptions,
  resolve: (options, baseDir) => ({
    ...options,
    paths: options.paths.map((path) => absoluteGlob(path, baseDir)),
    exclude: options.exclude.map((glob) => excludeGlob(glob, baseDir)),
  }),
  roots: (options) => createMatcher(options.paths, []).roots,
  unmatched: ({ paths, exclude }) => unmatchedIn(paths, exclude),
  create: (options, context) => createFileSource(options, context),
};

function createFileSource(options: z.output<typeof fileOptions>, context: SourceContext): Source {
  const matcher = createMatcher(options.paths, options.exclude);
  const discovery = createDiscovery(
    matcher,
    (path) => {
      if (started) void following.visit(path);
      else early.add(path);
    },
    context.log,
    { poll: options.poll, check: (path) => void (started && check(path)) },
  );
  const following = createFollowing(
    options,
    context,
    () => paused,
    matcher.matches,
    (path, there) => discovery.renew(path, there),
  );
  const { paths, retired, troubles, leftOut, dormant, strays, visit } = following;
  let paused = false;
  let started = false;
  let stopped = false;
  let starting: Promise<void> | undefined;
  /** What events named before the start was done, which looks at files in an order of its own. */
  const early = new Set<string>();
  let sweeper: NodeJS.Timeout | undefined;
  let slice = 0;
  let swept = false;
  let sweeping = false;
  /** When old files were forgotten, by a clock that no one sets. */
  let forgotten = performance.now();
  /** Paths without wildcards that name a folder or a packed file, of which nothing is read, and what to do instead. */
  const unfit = new Map<string, string>();

  async function lookForUnfit(): Promise<void> {
    for (const path of matcher.literals) {
      const reason = paths.has(path) ? undefined : await unfitness(path);
      if (reason === undefined) unfit.delete(path);
      else if (!unfit.has(path)) {
        unfit.set(path, reason);
        context.log.warn(reason);
      }
    }
  }

  /** The backstop: looks at a twentieth of the files each second, and at the folders every twenty seconds. */
  async function sweep(): Promise<void> {
    const slices = discovery.polling ? POLL_SLICES : SWEEP_SLICES;
    slice = (slice + 1) % slices;
    const due = [...paths.keys()].filter((_, at) => at % slices === slice);
    // One that changed before its watcher stood told nobody, and nobody has it open.
    if (!swept) due.push(...dormant.keys());
    swept = true;
    // Those whose changes nobody tells, and those that could not be opened, some at a time.
    due.push(...discovery.polled(), ...[...troubles.keys()].filter(matcher.matches).slice(0, TROUBLED));
    if (slice === 0) {
      await lookForUnfit();
      const present = await discovery.scan();
      due.push(
        ...present.filter((path) => !paths.has(path)),
        ...matcher.literals.filter((path) => !paths.has(path)),
      );
      await following.retry();
      if (performance.now() - forgotten > DAY) {
        forgotten = performance.now();
        following.forgetOld(present);
      }
    }
    for (const path of new Set(due)) {
      await check(path);
    }
  }

  /** Visits a path unless nothing changed there. */
  async function check(path: string): Promise<void> {
    const follower = paths.get(path);
    if (!follower) return visit(path);
    const found = await stat(path).catch(() => undefined);
    const unchanged = found && statKey(found) === keyOf(follower.generation) && found.size === follower.size;
    if (!unchanged || follower.state === "failed") await visit(path);
  }

  const followers = () => [...paths.values(), ...retired];
  const doing = (): Doing => ({
    paused,
    started,
    paths,
    retired,
    strays,
    dormant,
    ignoreOlder: options.ignoreOlder,
    troubles: new Map([...unfit, ...discovery.unreadable, ...troubles]),
    leftOut,
    patterns: options.paths,
    literals: matcher.literals,
  });

  async function begin(): Promise<void> {
    const present = await discovery.start();
    if (stopped) return;
    await following.start(present);
    await lookForUnfit();
    if (stopped) return;
    started = true;
    for (const path of early) void visit(path);
    early.clear();
    sweeper = setInterval(() => {
      // A slow disk must not pile them up.
      if (sweeping) return;
      sweeping = true;
      void sweep()
        .catch((error) => context.log.warn(reasonOf(error)))
        .finally(() => {
          sweeping = false;
        });
    }, SWEEP / SWEEP_SLICES);
    context.changed();
  }

  return {
    start() {
      starting = begin();
      return starting;
    },
    async stop() {
      stopped = true;
      clearInterval(sweeper);
      await Promise.all([following.stop(), discovery.close()]);
    },
    pause() {
      paused = true;
    },
    resume() {
      paused = false;
      for (const one of followers()) one.wake();
    },
    async drain() {
      // Until it is known what was read of the files before, they would be read anew.
      await starting?.catch(() => {});
      if (!started || stopped) return;
      for (const path of await discovery.scan()) {
        await visit(path);
        // A file too short to be told from a copy is, at the second look, what it is then.
        if (!paths.has(path)) await visit(path);
      }
      await following.retry();
      await Promise.all(followers().map((one) => one.drain()));
    },
    state: () => stateOf(doing()),
    files: () => rowsOf(doing()),
  };
}
