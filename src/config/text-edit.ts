import { createScanner, findNodeAtLocation, type Node } from "jsonc-parser";
import type { TextEdit } from "../protocol/edits.ts";

/** A text of JSON with comments, and how it is laid out. */
export interface Layout {
  readonly text: string;
  readonly indent: string;
  readonly eol: string;
}

/** A value below lines that begin with a margin; all but its first line have it too. */
export function pretty(value: unknown, { indent, eol }: Layout, margin: string): string {
  return JSON.stringify(value, undefined, indent).replaceAll("\n", eol + margin);
}

/**
 * Adds a property at a path that is not there, with the objects around it, behind all that is there. A comment behind
 * the last one, on its line, stays with it.
 */
export function insertion(
  layout: Layout,
  root: Node,
  path: readonly string[],
  value: unknown,
): readonly TextEdit[] {
  const { text, indent, eol } = layout;
  let depth = path.length - 1;
  while (depth > 0 && findNodeAtLocation(root, path.slice(0, depth))?.type !== "object") depth--;
  const around = findNodeAtLocation(root, path.slice(0, depth)) ?? root;
  const key = JSON.stringify(path[depth]);
  const wrapped = path.slice(depth + 1).reduceRight<unknown>((inner, name) => ({ [name]: inner }), value);
  const [first] = around.children ?? [];
  const last = around.children?.at(-1);
  const outer = marginAt(text, around.offset);
  if (!first || !last) {
    const at = around.offset + 1;
    const margin = outer + indent;
    const content = `${eol}${margin}${key}: ${pretty(wrapped, layout, margin)}`;
    const closes = /^[ \t]*\}/.exec(text.slice(at));
    const gap = (closes?.[0].length ?? 1) - 1;
    return [{ offset: at, length: gap, content: closes ? `${content}${eol}${outer}` : content }];
  }
  const end = last.offset + last.length;
  const comma = commaIn(text, end);
  const from = comma === undefined ? end : comma + 1;
  const comment = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^*\r\n]*\*\/)/.exec(text.slice(from))?.[0] ?? "";
  const lines = text.slice(around.offset, first.offset).includes("\n") || comment.includes("//");
  const margin = lines ? marginAt(text, first.offset) : outer;
  const shown = lines ? pretty(wrapped, layout, margin) : onOneLine(wrapped);
  const entry = `${lines ? eol + margin : " "}${key}: ${shown}`;
  const offset = from + comment.length;
  if (comma !== undefined) return [{ offset, length: 0, content: `${entry},` }];
  if (comment === "") return [{ offset, length: 0, content: `,${entry}` }];
  return [
    { offset: end, length: 0, content: "," },
    { offset, length: 0, content: entry },
  ];
}

/**
 * Takes a property away, with the comma that stood for it; the object around it too, when nothing is left in it.
 * @param least keys of a path that is taken away
 */
export function removal(
  text: string,
  root: Node,
  path: readonly string[],
  least: number,
): readonly TextEdit[] {
  const property = findNodeAtLocation(root, [...path])?.parent;
  const around = property?.parent;
  if (!property || !around) return [];
  const { offset, length } = property;
  const ahead = text.slice(around.offset + 1, offset);
  const behind = text.slice(offset + length, around.offset + around.length - 1);
  if (path.length > least && /^\s*$/.test(ahead) && /^[\s,]*$/.test(behind))
    return removal(text, root, path.slice(0, -1), least);
  const next = commaIn(text, offset + length);
  const siblings = around.children ?? [];
  const before = siblings[siblings.indexOf(property) - 1];
  const previous = next === undefined && before ? commaIn(text, before.offset + before.length) : undefined;
  const lone = next ?? previous;
  const own = linesOf(text, offset, next === offset + length ? next + 1 : offset + length);
  if (lone === undefined || (lone >= own.offset && lone < own.offset + own.length)) return [own];
  return [own, { offset: lone, length: 1, content: "" }].sort((a, b) => a.offset - b.offset);
}

/** Where the next token is a comma, over white space and comments. */
function commaIn(text: string, from: number): number | undefined {
  const scanner = createScanner(text, true);
  scanner.setPosition(from);
  scanner.scan();
  const at = scanner.getTokenOffset();
  return text[at] === "," ? at : undefined;
}

/** From one offset to another; where nothing else is on these lines, the lines. */
function linesOf(text: string, from: number, to: number): TextEdit {
  const ahead = /(?:^|\n)([ \t]*)$/.exec(text.slice(0, from))?.[1];
  const behind = /^[ \t]*\r?\n/.exec(text.slice(to))?.[0];
  if (ahead !== undefined && behind !== undefined)
    return { offset: from - ahead.length, length: ahead.length + to - from + behind.length, content: "" };
  const gap = /^[ \t]*/.exec(text.slice(to))?.[0].length ?? 0;
  return { offset: from, length: to + gap - from, content: "" };
}

/** A value of JSON as people write it on one line. */
export function onOneLine(value: unknown): string {
  return JSON.stringify(value, undefined, 1).replaceAll(/\n\s*/g, " ");
}

/** White space that the line of an offset begins with. */
export function marginAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(text.lastIndexOf("\n", offset - 1) + 1))?.[0] ?? "";
}
