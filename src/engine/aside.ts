import { appendFile, rename, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { reasonOf } from "../errors.ts";
import { makeFolderAsync } from "../lib/folders.ts";
import type { Log } from "../lib/log.ts";
import type { Aside } from "../sources/source.ts";

/** A file that is larger (bytes) becomes the one before it, which goes. */
const MOST = 16 * 2 ** 20;

/** The file of what a source put aside. */
export function asideFile(dataDir: string, source: string): string {
  return join(dataDir, "aside", `${source}.ndjson`);
}

/** Messages that could be no records: a JSON object a line, in a file for each source. */
export interface AsideFiles {
  /** Resolves once they are there. One that can't be kept is told of, and does not hold up the others. */
  put(source: string, letters: readonly Aside[]): Promise<void>;
}

export function createAside(dataDir: string, log: Log): AsideFiles {
  const turns = new Map<string, Promise<void>>();
  const told = new Set<string>();

  const write = async (source: string, letters: readonly Aside[]): Promise<void> => {
    const file = asideFile(dataDir, source);
    const at = new Date().toISOString();
    const text = letters.map((letter) => `${JSON.stringify({ at, source, ...letter })}\n`).join("");
    if (!told.has(source)) {
      told.add(source);
      const [{ path, offset, reason } = { path: "", offset: 0, reason: "" }] = letters;
      log.warn(
        `source ${source}: message ${offset} of ${path} is put aside, and so are others like it, in ${file}: ${reason}`,
      );
    }
    await makeFolderAsync(dirname(file));
    const size = await stat(file).then(
      (found) => found.size,
      () => 0,
    );
    if (size > MOST) await rename(file, `${file}.1`);
    await appendFile(file, text);
  };

  return {
    put(source, letters) {
      const before = turns.get(source) ?? Promise.resolve();
      const turn = before
        .then(() => write(source, letters))
        .catch((error) => {
          log.error(
            `source ${source}: ${letters.length} messages could not be put aside: ${reasonOf(error)}`,
          );
        });
      turns.set(source, turn);
      return turn;
    },
  };
}
