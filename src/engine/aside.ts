import { rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { reasonOf } from "../errors.ts";
import { appendLines } from "../lib/append.ts";
import { backoff } from "../lib/backoff.ts";
import { makeFolderAsync } from "../lib/folders.ts";
import type { Log } from "../lib/log.ts";
import type { Aside } from "../sources/source.ts";

/** A file that is larger (bytes) becomes the one before it, which goes. */
const MOST = 16 * 2 ** 20;
/** What can't be written is tried again after so long (ms), at least and at most. */
const AGAIN = 100;
const AGAIN_LATEST = 5_000;

/** The file of what a source put aside. */
export function asideFile(dataDir: string, source: string): string {
  return join(dataDir, "aside", `${source}.ndjson`);
}

/** Messages that could be no records: a JSON object a line, in a file for each source. */
export interface AsideFiles {
  /**
   * Resolves once they are there, however long that takes: whoever hands them over must not go on before.
   * @param stop ends the wait for a disk that takes nothing
   * @throws when it is stopped before they are there: they are to be read again
   */
  put(source: string, letters: readonly Aside[], stop: AbortSignal): Promise<void>;
  /** Why some can't be put aside at present, in words that say what to do. */
  readonly problems: readonly string[];
}

export function createAside(dataDir: string, log: Log, changed: () => void): AsideFiles {
  const turns = new Map<string, Promise<void>>();
  const told = new Set<string>();
  const problems = new Map<string, string>();

  const write = async (source: string, letters: readonly Aside[]): Promise<void> => {
    const file = asideFile(dataDir, source);
    const at = new Date().toISOString();
    const text = letters.map((letter) => `${JSON.stringify({ at, source, ...letter })}\n`).join("");
    await makeFolderAsync(dirname(file));
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > MOST) await rename(file, `${file}.1`);
    await appendLines(file, text);
    if (told.has(source)) return;
    told.add(source);
    const [{ path, offset, reason } = { path: "", offset: 0, reason: "" }] = letters;
    log.warn(
      `source ${source}: message ${offset} of ${path} is put aside, and so are others like it, in ${file}: ${reason}`,
    );
  };

  const become = (source: string, problem: string | undefined): void => {
    if (problems.get(source) === problem) return;
    if (problem === undefined) {
      problems.delete(source);
      log.info(`source ${source}: messages can be put aside again`);
    } else {
      problems.set(source, problem);
      log.error(problem);
    }
    changed();
  };

  const insist = async (source: string, letters: readonly Aside[], stop: AbortSignal): Promise<void> => {
    const wait = backoff({ base: AGAIN, cap: AGAIN_LATEST });
    for (;;) {
      try {
        await write(source, letters);
        return become(source, undefined);
      } catch (error) {
        if (stop.aborted) {
          problems.delete(source);
          throw error;
        }
        become(
          source,
          `source ${source}: messages that can be no records can't be put aside (${reasonOf(error)}): it waits, nothing is lost; free disk space, or check the permissions of ${dirname(asideFile(dataDir, source))}`,
        );
      }
      await delay(wait.next(AGAIN / 2), undefined, { signal: stop }).catch(() => {});
    }
  };

  return {
    put(source, letters, stop) {
      const before = turns.get(source) ?? Promise.resolve();
      const turn = before.then(() => insist(source, letters, stop));
      turns.set(
        source,
        turn.catch(() => {}),
      );
      return turn;
    },
    get problems() {
      return [...problems.values()];
    },
  };
}
