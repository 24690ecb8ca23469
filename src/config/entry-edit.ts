import { findNodeAtLocation, modify, type ParseError, parseTree } from "jsonc-parser";
import type { EntryPlace, TextEdit } from "../protocol/engine.ts";

/**
 * What adds an entry to one of our settings in a text of settings: all else in it stays as it is written, also
 * comments. Undefined where the text can't be read as settings.
 */
export function entryEdits({ text, within, key, id, value }: EntryPlace): readonly TextEdit[] | undefined {
  const errors: ParseError[] = [];
  const root = parseTree(text, errors, { allowTrailingComma: true });
  if (errors.length > 0 || root?.type !== "object") return undefined;
  const flat = [...within, `logMonitor.${key}`];
  const nested = [...within, "logMonitor", key];
  // Settings may be written flat ("logMonitor.sinks") or nested ({ "logMonitor": { "sinks" } }).
  const path = !findNodeAtLocation(root, flat) && findNodeAtLocation(root, nested) ? nested : flat;
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? "  ";
  const tabs = indent.startsWith("\t");
  const formattingOptions = {
    insertSpaces: !tabs,
    tabSize: tabs ? 1 : indent.length,
    eol: text.includes("\r\n") ? "\r\n" : "\n",
  };
  return modify(text, [...path, id], value, { formattingOptions });
}
