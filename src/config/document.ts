import { readFile, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { isNode, LineCounter, parseDocument, visit } from "yaml";
import { reasonOf } from "../errors.ts";
import type { PlainIssue } from "./issues.ts";

/** A configuration file as it was read: its values, and the line and column of any place in them. */
export interface ConfigDocument {
  readonly file: string;
  readonly baseDir: string;
  readonly values: unknown;
  /** Faults of the file itself: it can't be read, or is no YAML or JSON. Then `values` is undefined. */
  readonly faults: readonly (PlainIssue & Place)[];
  place(path: readonly (string | number)[]): Place;
}
export interface Place {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
}

/** Reads a YAML or JSON file. Never throws: what is wrong is in `faults`. */
export async function readDocument(file: string): Promise<ConfigDocument> {
  try {
    const kind = await stat(file);
    if (kind.isDirectory()) return failed(file, "is a folder: name a file in it");
    // It is read more than once, and a pipe is empty the second time.
    if (!kind.isFile()) return failed(file, "is no file that can be read again: write it to a file");
    return documentOf(await readFile(file, "utf8"), file);
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
    return failed(
      file,
      missing
        ? `the file does not exist: write it, or correct its name`
        : `can't be read: ${reasonOf(error)}`,
    );
  }
}

const start = { line: 1, column: 1 };

function failed(file: string, message: string): ConfigDocument {
  return {
    file,
    baseDir: dirname(file),
    values: undefined,
    faults: [{ path: [], message, ...start }],
    place: () => start,
  };
}

/** The same of a text; `file` is what it is called. */
export function documentOf(text: string, file: string): ConfigDocument {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const at = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const faults = document.errors.map(({ message, pos }) => ({ path: [], message, ...at(pos[0]) }));
  visit(document, {
    Alias(_, alias) {
      if (alias.resolve(document) !== undefined) return;
      const message = `there is no anchor &${alias.source} before the alias *${alias.source}`;
      faults.push({ path: [], message, ...at(alias.range?.[0] ?? 0) });
    },
  });
  let values: unknown;
  try {
    values = faults.length > 0 ? undefined : document.toJS();
  } catch (error) {
    return failed(file, `can't be read: ${reasonOf(error)}`);
  }
  // Editors empty a file before they write it: that must not take everything away.
  if (faults.length === 0 && (values ?? undefined) === undefined)
    return failed(file, "the file is empty, which changes nothing: write {} to watch nothing");
  return {
    file,
    baseDir: dirname(file),
    values,
    faults,
    place(path) {
      // The nearest thing that is written: a key that is missing has no place of its own.
      for (let length = path.length; length >= 0; length--) {
        const key = keyAt(document, path.slice(0, length));
        if (key !== undefined) return at(key);
        const node = length === 0 ? document.contents : document.getIn(path.slice(0, length), true);
        if (isNode(node) && node.range) return at(node.range[0]);
      }
      return start;
    },
  };
}

/** Offset of the key itself rather than of its value: that is what people look for. */
function keyAt(
  document: ReturnType<typeof parseDocument>,
  path: readonly (string | number)[],
): number | undefined {
  const last = path.at(-1);
  if (last === undefined) return undefined;
  const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
  if (typeof parent !== "object" || parent === null || !("items" in parent) || !Array.isArray(parent.items))
    return undefined;
  for (const pair of parent.items) {
    const key = typeof pair === "object" && pair !== null && "key" in pair ? pair.key : undefined;
    if (isNode(key) && "value" in key && key.value === last) return key.range?.[0];
  }
  return undefined;
}
