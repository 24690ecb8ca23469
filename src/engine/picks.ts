import type { Log } from "../lib/log.ts";
import type { Parser } from "../parsers/parser.ts";
import type { Checkpoints, Generation } from "../spool/checkpoints.ts";

/** Which parser reads each file of a source: `auto` looks at one file's lines, so each file has its own. */
export interface Picks {
  /** The parser of a file's generation; `name` is the path that it began under. */
  parserOf(name: string): Parser;
  /** To be called after a chunk was parsed: says once what `auto` settled on, and keeps it for `inspect`. */
  note(generation: Generation, parser: Parser): void;
  /** How the file at a path is read: `auto (json)`; undefined before its first line. */
  at(path: string): string | undefined;
  /** Forgets how files were read that lie at none of these paths: one that comes back is looked at anew. */
  retain(paths: ReadonlySet<string>): void;
  /** The same for all files in one: `auto (json, nginx)`. */
  readonly name: string;
}

/** @param make builds the source's parser */
export function createPicks(
  { auto, source }: { readonly auto: boolean; readonly source: string },
  make: () => Parser,
  checkpoints: Checkpoints,
  log: Log,
): Picks {
  const shared = make();
  const parsers = new Map<string, Parser>();
  const byPath = new Map<string, Parser>();
  const told = new Set<Parser>();

  return {
    parserOf(name) {
      if (!auto) return shared;
      let own = parsers.get(name);
      if (!own) {
        own = make();
        parsers.set(name, own);
      }
      return own;
    },
    note(generation, parser) {
      byPath.set(generation.path, parser);
      if (parser.picked !== undefined && !told.has(parser)) {
        told.add(parser);
        log.info(`source ${source}: ${generation.path} is read as ${parser.picked}`);
      }
      if (generation.parser === parser.name) return;
      generation.parser = parser.name;
      try {
        checkpoints.save(generation);
      } catch {
        // It is there to be shown: the spool says itself that it can't be written.
      }
    },
    retain(paths) {
      const gone = new Set<Parser>();
      for (const [path, parser] of byPath) {
        if (paths.has(path)) continue;
        byPath.delete(path);
        gone.add(parser);
      }
      // One may be read on under another name.
      for (const parser of byPath.values()) gone.delete(parser);
      for (const [name, parser] of parsers) if (gone.has(parser)) parsers.delete(name);
      for (const parser of gone) told.delete(parser);
    },
    at: (path) => byPath.get(path)?.name,
    get name() {
      if (!auto) return shared.name;
      const formats = new Set([...byPath.values()].map(({ name }) => /\((.*)\)/.exec(name)?.[1]));
      formats.delete(undefined);
      return formats.size > 0 ? `auto (${[...formats].sort().join(", ")})` : shared.name;
    },
  };
}
