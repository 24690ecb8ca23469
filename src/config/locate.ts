import { findNodeAtLocation, type Node, parseTree } from "jsonc-parser";

export interface TextPlace {
  /** Counted from 1, as editors show them. */
  readonly line: number;
  readonly column: number;
}

/**
 * Where a setting stands in the text of a settings.json or .code-workspace: the nearest value on the way to
 * it that is written, as the range of its key and value; the file's beginning when none is.
 * @param path of the value without prefix, like ["sources", "access", "parser"]
 * @param within keys above the settings: ["settings"] in a .code-workspace
 */
export function locateInSettings(
  text: string,
  path: readonly (string | number)[],
  within: readonly string[],
): { readonly start: TextPlace; readonly end: TextPlace } {
  const root = parseTree(text);
  const place = (offset: number): TextPlace => {
    const before = text.slice(0, offset);
    const lastLine = before.lastIndexOf("\n");
    return { line: before.split("\n").length, column: offset - lastLine };
  };
  const [name, ...rest] = path;
  for (let length = rest.length; root && name !== undefined && length >= 0; length--) {
    const tail = rest.slice(0, length);
    // Settings may be written flat ("logMonitor.sources") or nested ({ "logMonitor": { "sources" } }).
    const node =
      findNodeAtLocation(root, [...within, `logMonitor.${name}`, ...tail]) ??
      findNodeAtLocation(root, [...within, "logMonitor", name, ...tail]);
    if (node) return rangeOf(node, place);
  }
  return { start: { line: 1, column: 1 }, end: { line: 1, column: 1 } };
}

/** A property is marked from its key; only its first line, when the value is an object of many. */
function rangeOf(node: Node, place: (offset: number) => TextPlace): { start: TextPlace; end: TextPlace } {
  const from = node.parent?.type === "property" ? node.parent.offset : node.offset;
  const key = node.parent?.type === "property" ? node.parent.children?.[0] : undefined;
  const flat = node.type !== "object" && node.type !== "array";
  const to = flat || !key ? node.offset + node.length : key.offset + key.length;
  return { start: place(from), end: place(to) };
}
