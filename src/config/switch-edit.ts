import { isDeepStrictEqual } from "node:util";
import { findNodeAtLocation, type ParseError, parse, parseTree } from "jsonc-parser";
import { isMap, isScalar, parseDocument } from "yaml";
import type { SwitchPlace, TextEdit } from "../protocol/edits.ts";
import { parseFile, plain, withValue } from "./file-text.ts";

/** Where a source is written: its `enabled` from one offset to another, or where its first key begins. */
type Spot = { readonly from: number; readonly to: number } | { readonly at: number; readonly flow: boolean };

/**
 * What switches a source on or off in a text of settings, or of a configuration file in YAML or JSON: its `enabled`
 * and nothing else; none where it says so already. Undefined where that can't be: the text can't be read, the source is an alias or shared with
 * another by an anchor, or the file is of an old layout.
 */
export function switchEdits(place: SwitchPlace): readonly TextEdit[] | undefined {
  const { text, within, id, enabled } = place;
  const read = within ? parseSettings : parseFile;
  const before = read(text);
  const paths = within
    ? [
        [...within, "logMonitor.sources", id],
        [...within, "logMonitor", "sources", id],
      ]
    : [["sources", id]];
  for (const path of paths) {
    const spot = within ? inSettings(text, path) : inFile(text, path);
    if (!spot) continue;
    if ("from" in spot ? text.slice(spot.from, spot.to) === String(enabled) : enabled) return [];
    const edit = editAt(text, spot, enabled);
    const after = text.slice(0, edit.offset) + edit.content + text.slice(edit.offset + edit.length);
    // What else would change by it is nobody's wish: an anchor may be used in several places.
    const wanted = withValue(before, [...path, "enabled"], enabled);
    return isDeepStrictEqual(plain(read(after)), plain(wanted)) ? [edit] : undefined;
  }
  return undefined;
}

function editAt(text: string, spot: Spot, enabled: boolean): TextEdit {
  if ("from" in spot) return { offset: spot.from, length: spot.to - spot.from, content: String(enabled) };
  const { at, flow } = spot;
  // Behind the bracket of one that is empty.
  if (text[at - 1] === "{" && /^\s*\}/.test(text.slice(at)))
    return { offset: at, length: 0, content: `"enabled": ${enabled}` };
  const indent = text.slice(text.lastIndexOf("\n", at - 1) + 1, at);
  const gap = /^[ \t]*$/.test(indent) ? `${text.includes("\r\n") ? "\r\n" : "\n"}${indent}` : " ";
  const key = flow ? `"enabled": ${enabled},` : `enabled: ${enabled}`;
  return { offset: at, length: 0, content: key + gap };
}

function inSettings(text: string, path: readonly string[]): Spot | undefined {
  const root = parseTree(text, [], { allowTrailingComma: true });
  const source = root && findNodeAtLocation(root, [...path]);
  if (source?.type !== "object") return undefined;
  const value = findNodeAtLocation(source, ["enabled"]);
  if (value) return { from: value.offset, to: value.offset + value.length };
  return { at: source.children?.[0]?.offset ?? source.offset + 1, flow: true };
}

function inFile(text: string, path: readonly string[]): Spot | undefined {
  const source = parseDocument(text, { prettyErrors: false }).getIn(path, true);
  if (!isMap(source) || !source.range) return undefined;
  const pair = source.items.find(({ key }) => isScalar(key) && key.value === "enabled");
  if (pair) {
    const range = isScalar(pair.value) ? pair.value.range : undefined;
    return range ? { from: range[0], to: range[1] } : undefined;
  }
  const first = source.items[0]?.key;
  const at = isScalar(first) ? first.range?.[0] : source.flow ? source.range[0] + 1 : undefined;
  return at === undefined ? undefined : { at, flow: source.flow === true };
}

function parseSettings(text: string): unknown {
  const errors: ParseError[] = [];
  const values: unknown = parse(text, errors, { allowTrailingComma: true });
  return errors.length > 0 ? undefined : values;
}
