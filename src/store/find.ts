import { code } from "./find-code.ts";
import type { Value } from "./lexer.ts";

/**
 * Finds a word in the lines of a block. Case does not count for A to Z.
 * @param bytes the lines, one after the other, in UTF-8
 * @param ends where each line ends
 * @returns places of the lines that have it; they rise
 */
export type Find = (bytes: Uint8Array, ends: Uint32Array) => Uint16Array;

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
  return (bytes, ends) => {
    const finder = prepared();
    finder.bytes.set(word, 0);
    finder.bytes.set(other, OTHER_CASE);
    const found = new Uint16Array(ends.length);
    let count = 0;
    for (let line = 0; line < ends.length; ) {
      const from = line === 0 ? 0 : (ends[line - 1] as number);
      const next = runFrom(ends, line, from + RUN);
      const until = ends[next - 1] as number;
      makeRoom(finder, TEXT + until - from + BEYOND);
      finder.bytes.set(bytes.subarray(from, until), TEXT);
      finder.ends.set(ends.subarray(line, next), ENDS / 4);
      const { length } = word;
      const end = TEXT + until - from;
      const hits = finder.search(TEXT, end, length, first, second, ENDS, TEXT - from, line, HITS);
      found.set(finder.hits.subarray(HITS / 2, HITS / 2 + hits), count);
      count += hits;
      line = next;
    }
    return found.subarray(0, count);
  };
}

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

/** The line behind the last one that ends at `until` or before, or behind `line` where that is longer. */
function runFrom(ends: Uint32Array, line: number, until: number): number {
  let [low, high] = [line + 1, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ends[middle] as number) <= until) low = middle + 1;
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
