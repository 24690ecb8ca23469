import { isDeepStrictEqual } from "node:util";
import { findNodeAtLocation, getNodeValue, type Node, type ParseError, parseTree } from "jsonc-parser";
import type { EntryPlace, TextEdit } from "../protocol/edits.ts";
import { insertion, type Layout, marginAt, onOneLine, pretty, removal } from "./text-edit.ts";

/**
 * What adds an entry, or one option of it, to one of our settings in a text of settings, or takes it away: all else
 * in it stays as it is written, also comments. Undefined where the text can't be read as settings, or is of others
 * than was expected.
 */
export function entryEdits({
  text,
  within,
  key,
  id,
  value,
  option,
  expected,
}: EntryPlace): readonly TextEdit[] | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || root?.type !== "object") return undefined;
  const flat = [...within, `logMonitor.${key}`];
  const nested = [...within, "logMonitor", key];
  // Settings may be written flat ("logMonitor.sinks") or nested ({ "logMonitor": { "sinks" } }).
  const path = !findNodeAtLocation(root, flat) && findNodeAtLocation(root, nested) ? nested : flat;
  const setting = findNodeAtLocation(root, path);
  if (setting && setting.type !== "object") return undefined;
  if (expected !== undefined && (!setting || !isDeepStrictEqual(plainOf(setting), expected)))
    return undefined;
  const layout: Layout = {
    text,
    indent: /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ",
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
  const entry = [...path, id];
  if (option !== undefined) return optionEdits(layout, root, entry, option, value);
  if (value === undefined) return removal(text, root, entry, within.length + 1);
  const there = findNodeAtLocation(root, entry);
  if (!there) return insertion(layout, root, entry, value);
  const { offset, length } = there;
  return [{ offset, length, content: pretty(value, layout, marginAt(text, offset)) }];
}

function optionEdits(
  layout: Layout,
  root: Node,
  entry: readonly string[],
  option: string,
  value: unknown,
): readonly TextEdit[] {
  const { text } = layout;
  const path = [...entry, option];
  if (value === undefined) return removal(text, root, path, path.length);
  const there = findNodeAtLocation(root, path);
  if (!there) return insertion(layout, root, path, value);
  // As the entry is written: on one line, or with its options below each other.
  const node = findNodeAtLocation(root, [...entry]);
  const lines = text.slice(node?.offset, node?.children?.[0]?.offset).includes("\n");
  const content = lines ? pretty(value, layout, marginAt(text, there.offset)) : onOneLine(value);
  return [{ offset: there.offset, length: there.length, content }];
}

/** An object like any other: the library's have no prototype. */
function plainOf(node: Node): unknown {
  return JSON.parse(JSON.stringify(getNodeValue(node)));
}
