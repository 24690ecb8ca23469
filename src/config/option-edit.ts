import { isDeepStrictEqual } from "node:util";
import { isMap, isNode, isScalar, type Node, type Pair, parseDocument, stringify, type YAMLMap } from "yaml";
import type { OptionPlace, TextEdit } from "../protocol/edits.ts";
import { parseFile, plain, withValue } from "./file-text.ts";
import { onOneLine } from "./text-edit.ts";

/**
 * What writes one option of a source in the text of a configuration file in YAML or JSON, or takes it away where the
 * value is undefined: all else stays as it is written, also comments; none where it is so already. Undefined where
 * that can't be: the text can't be read, is of an old layout, or what else would change by it, as by an anchor.
 */
export function optionEdits({ text, id, option, value }: OptionPlace): readonly TextEdit[] | undefined {
  const before = parseFile(text);
  const document = parseDocument(text, { prettyErrors: false });
  const source = document.getIn(["sources", id], true);
  if (before === undefined || !isMap(source)) return undefined;
  const wanted = plain(withValue(before, ["sources", id, option], value));
  if (isDeepStrictEqual(plain(before), wanted)) return [];
  const pair = source.items.find(({ key }) => isScalar(key) && key.value === option);
  for (const edits of waysOf(text, source, pair, option, value)) {
    const after = applied(text, edits);
    if (isDeepStrictEqual(plain(parseFile(after)), wanted)) return edits;
  }
  return undefined;
}

/** Ways to write it, the best first; not all of them need give what is wanted. */
function* waysOf(
  text: string,
  source: YAMLMap,
  pair: Pair | undefined,
  option: string,
  value: unknown,
): Generator<readonly TextEdit[]> {
  const flow = source.flow === true;
  if (!pair) {
    const spot = placeOf(source);
    if (spot !== undefined) yield [added(text, spot, `${option}: ${written(value, flow)}`, flow)];
  } else if (value === undefined) {
    const range = rangeOf(text, pair);
    if (range) yield* removals(text, source, pair, range);
  } else if (isNode(pair.value)) {
    const within = differences(pair.value, value);
    if (within) yield within;
    const [from, to] = extent(text, pair.value);
    yield [{ offset: from, length: to - from, content: written(value, flow) }];
  }
}

/** Where a new option goes: behind the type, which comes first, else before all others. */
function placeOf(source: YAMLMap): number | undefined {
  const [first, second] = source.items.map(({ key }) => key);
  const place = isScalar(first) && first.value === "type" && isScalar(second) ? second : first;
  if (isScalar(place)) return place.range?.[0];
  return source.flow && source.range ? source.range[0] + 1 : undefined;
}

function added(text: string, offset: number, entry: string, flow: boolean): TextEdit {
  if (text[offset - 1] === "{" && /^\s*\}/.test(text.slice(offset)))
    return { offset, length: 0, content: quotedKey(entry) };
  const margin = text.slice(text.lastIndexOf("\n", offset - 1) + 1, offset);
  const eol = text.includes("\r\n") ? "\r\n" : "\n";
  const gap = /^[ \t]*$/.test(margin) ? `${eol}${margin}` : " ";
  return { offset, length: 0, content: flow ? `${quotedKey(entry)},${gap}` : `${entry}${gap}` };
}

function quotedKey(entry: string): string {
  return entry.replace(/^[^:]+/, (key) => JSON.stringify(key));
}

/** As the file's other values are written, on one line. */
function written(value: unknown, json: boolean): string {
  if (json) return onOneLine(value);
  const style = { lineWidth: 0, blockQuote: false, collectionStyle: "flow" } as const;
  return stringify(value, style).trimEnd();
}

/** Where both are objects of the same plain options, the values that differ are written and nothing else. */
function differences(node: Node, value: unknown): readonly TextEdit[] | undefined {
  if (!isMap(node) || typeof value !== "object" || value === null) return undefined;
  const wanted = new Map<string, unknown>(Object.entries(value));
  if (node.items.length !== wanted.size) return undefined;
  const edits: TextEdit[] = [];
  for (const { key, value: now } of node.items) {
    if (!isScalar(key) || typeof key.value !== "string" || !isScalar(now) || !now.range) return undefined;
    const next = wanted.get(key.value);
    if (next === undefined || typeof next === "object") return undefined;
    const [offset, end] = now.range;
    if (next !== now.value)
      edits.push({ offset, length: end - offset, content: written(next, node.flow === true) });
  }
  return edits;
}

function* removals(
  text: string,
  source: YAMLMap,
  pair: Pair,
  [from, to]: readonly [number, number],
): Generator<readonly TextEdit[]> {
  // Its lines, where nothing is on them but a comment of its own.
  const ahead = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, from))?.[1];
  const behind = /^[ \t]*,?(?:[ \t]+#.*)?[ \t]*(?:\r?\n|$)/.exec(text.slice(to))?.[0];
  if (ahead !== undefined && behind !== undefined)
    yield [{ offset: from - ahead.length, length: ahead.length + to - from + behind.length, content: "" }];
  const at = source.items.indexOf(pair);
  const next = source.items[at + 1];
  const previous = source.items[at - 1];
  const nextRange = next && rangeOf(text, next);
  const previousRange = previous && rangeOf(text, previous);
  const cut = (start: number, end: number) => [{ offset: start, length: end - start, content: "" }];
  if (nextRange) {
    // A comment between the two may be the other's.
    if (text.slice(to, nextRange[0]).includes("#"))
      yield cut(from, to + (/^\s*,/.exec(text.slice(to))?.[0].length ?? 0));
    yield cut(from, nextRange[0]);
  } else if (previousRange) {
    if (text.slice(previousRange[1], from).includes("#")) yield cut(from, to);
    yield cut(previousRange[1], to);
  }
}

/** From its key to the end of its value. */
function rangeOf(text: string, { key, value }: Pair): readonly [number, number] | undefined {
  if (!isScalar(key) || !key.range) return undefined;
  return [key.range[0], isNode(value) ? extent(text, value)[1] : key.range[1]];
}

/** What a value takes of the text, without the white space that is behind a block. */
function extent(text: string, node: Node): readonly [number, number] {
  const [from = 0, end = 0] = node.range ?? [];
  return [from, from + text.slice(from, end).trimEnd().length];
}

function applied(text: string, edits: readonly TextEdit[]): string {
  return edits.toReversed().reduce((now, { offset, length, content }) => {
    return now.slice(0, offset) + content + now.slice(offset + length);
  }, text);
}
