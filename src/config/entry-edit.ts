import { findNodeAtLocation, modify, type ParseError, parseTree } from "jsonc-parser";
import type { EntryPlace, TextEdit } from "../protocol/engine.ts";

/**
 * What adds an entry, or one option of it, to one of our settings in a text of settings: all else in it stays as it
 * is written, also comments. Undefined where the text can't be read as settings.
 */
export function entryEdits({
  text,
  within,
  key,
  id,
  value,
  option,
}: EntryPlace): readonly TextEdit[] | undefined {
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
  const entry = [...path, id];
  if (option === undefined) return modify(text, entry, value, { formattingOptions });
  const node = findNodeAtLocation(root, entry);
  const first = text.slice(node?.offset, node?.children?.[0]?.offset);
  const eol = formattingOptions.eol;
  // As the entry is written: on one line, or with its options below each other. The library's formatting would
  // touch what stands beside.
  const margin = first.includes("\n") ? eol + first.slice(first.lastIndexOf("\n") + 1) : undefined;
  const shown = JSON.stringify(value, undefined, margin === undefined ? 1 : indent);
  const written = shown?.replaceAll(margin === undefined ? /\n\s*/g : "\n", margin ?? " ");
  return modify(text, [...entry, option], value, {}).map((edit) => {
    if (edit.content === "") return edit;
    if (edit.content === JSON.stringify(value)) return { ...edit, content: written };
    const begun = edit.content.startsWith(",") ? `,${margin ?? " "}` : (margin ?? "");
    const ended = edit.content.endsWith(",") ? "," : "";
    return { ...edit, content: `${begun}${JSON.stringify(option)}: ${written}${ended}` };
  });
}
