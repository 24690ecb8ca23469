import { code } from "./find-code.ts";
import type { Value } from "./lexer.ts";

/**
 * Finds a word in the lines of a block. Case does not count for A to Z.
 * @param bytes the lines, one after the other, in UTF-8
 * @param endsOf where each line ends: not asked for where the word stands nowhere
 * @returns places of the lines that have it; they rise
 */
export type Find = (bytes: Uint8Array, endsOf: () => Uint32Array) => Uint16Array;

/** So much of the lines is looked at in one go: it stays in the processor's cache between being copied and read. */
const RUN = 128 << 10;
/** What is looked for is shorter, in bytes. */
const LONGEST = 1024;
/** Where in memory is what: see find.wat. Blocks have fewer lines than 2^16. */
const OTHER_CASE = LONGEST;
const HITS = 2 * LONGEST;
const ENDS = HITS + (2 << 16);
const TEXT = ENDS + (4 << 16);
/** Up to so many bytes behind the lines are read, and what they are makes no difference. */
const BEYOND = 16;
const PAGE = 64 << 10;

/** Bytes of most logs, the frequent ones first: the rarer of a word's are the ones to look for first. */
const FREQUENT = Buffer.from(' 0e1t2a3o4i5n6s7r:8.9h/l-d,c"u=m_fpgwybvkxjq[]()zTAEISNRODLCPMU');

type Search = (
  ...of: [
    text: number,
    until: number,
    length: number,
    first: number,
    second: number,
    ends: number,
    shift: number,
    line: number,
    hits: number,
  ]
) => number;

interface Finder {
  readonly search: Search;
  readonly memory: WebAssembly.Memory;
  bytes: Uint8Array;
  ends: Uint32Array;
  hits: Uint16Array;
}

/** One for all words of a thread. */
let shared: Finder | undefined;

/** Undefined for values with wildcards, and for those that no bytes can hold, or too many. */
export function findOf({ parts, wildcards }: Value): Find | undefined {
  const [text = ""] = parts;
  // Half a character is part of a line, but has no bytes.
  if (wildcards.length > 0 || parts.length > 1 || text === "" || !text.isWellFormed()) return undefined;
  const word = Buffer.from(text);
  if (word.length >= LONGEST) return undefined;
  const other = word.map(inOtherCase);
  const [first, second] = rarest(word);
  const { length } = word;
  /** Looks at bytes up to others for lines that end there: `ends`, the first of which is the line `line`. */
  const search = (
    bytes: Uint8Array,
    from: number,
    until: number,
    ends: Uint32Array,
    line: number,
  ): number => {
    const finder = prepared();
    const end = TEXT + until - from;
    makeRoom(finder, end + BEYOND);
    finder.bytes.set(bytes.subarray(from, until), TEXT);
    finder.ends.set(ends, ENDS / 4);
    return finder.search(TEXT, end, length, first, second, ENDS, TEXT - from, line, HITS);
  };
  /** Where what has the word begins, as if all were one line; undefined: nowhere. */
  const begins = (bytes: Uint8Array): number | undefined => {
    const end = new Uint32Array(1);
    for (let from = 0; from < bytes.length; from += RUN) {
      const until = Math.min(from + RUN + length - 1, bytes.length);
      end[0] = until;
      if (search(bytes, from, until, end, 0) > 0) return from;
    }
    return undefined;
  };
  /** What stood in the block before stands in this one, too, mostly. */
  let wasThere = false;
  return (bytes, endsOf) => {
    const finder = prepared();
    finder.bytes.set(word, 0);
    finder.bytes.set(other, OTHER_CASE);
    const begin = wasThere ? 0 : begins(bytes);
    if (begin === undefined) return NOTHING;
    const ends = endsOf();
    const found = new Uint16Array(ends.length);
    let count = 0;
    for (let line = lineBehind(ends, 0, begin); line < ends.length; ) {
      const from = line === 0 ? 0 : (ends[line - 1] as number);
      const next = Math.max(line + 1, lineBehind(ends, line, from + RUN));
      const until = ends[next - 1] as number;
      const hits = search(bytes, from, until, ends.subarray(line, next), line);
      found.set(finder.hits.subarray(HITS / 2, HITS / 2 + hits), count);
      count += hits;
      line = next;
    }
    wasThere = count > 0;
    return found.subarray(0, count);
  };
}

const NOTHING = new Uint16Array();

function inOtherCase(byte: number): number {
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x7a ? byte ^ 0x20 : byte;
}

/** Where in a word its two rarest bytes are; one byte is both. */
function rarest(word: Uint8Array): readonly [number, number] {
  const rank = (at: number): number => {
    const found = FREQUENT.indexOf(word[at] as number);
    return found < 0 ? FREQUENT.length : found;
  };
  const [first = 0, second = first] = [...word.keys()].sort((a, b) => rank(b) - rank(a));
  return [first, second];
}

/** The line behind the last one that ends at `at` or before, `line` at least. */
function lineBehind(ends: Uint32Array, line: number, at: number): number {
  let [low, high] = [line, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) <= at) low = middle + 1;
    else high = middle;
  }
  return low;
}

function prepared(): Finder {
  if (shared) return shared;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(code, "base64")));
  const memory = exports.memory as WebAssembly.Memory;
  shared = { search: exports.find as Search, memory, ...viewsOf(memory) };
  return shared;
}

const viewsOf = ({ buffer }: WebAssembly.Memory) => ({
  bytes: new Uint8Array(buffer),
  ends: new Uint32Array(buffer),
  hits: new Uint16Array(buffer),
});

function makeRoom(finder: Finder, size: number): void {
  if (finder.bytes.length >= size) return;
  finder.memory.grow(Math.ceil((size - finder.bytes.length) / PAGE));
  Object.assign(finder, viewsOf(finder.memory));
}
