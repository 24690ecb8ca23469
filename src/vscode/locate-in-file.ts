/**
 * The line, counted from 0, at which a path of keys stands in a configuration file that is laid out over lines:
 * YAML in blocks, or JSON as formatters write it. It goes by indentation, so that the editor needs no parser of
 * YAML only to open a file at the right place. Undefined where the keys are not found.
 */
export function locateInFile(text: string, path: readonly string[]): number | undefined {
  const lines = text.split(/\r?\n/);
  let found: number | undefined;
  let depth = -1;
  let next = 0;
  for (const key of path) {
    const at = childLine(lines, next, depth, key);
    if (at === undefined) return undefined;
    found = at;
    depth = indentOf(lines[at] ?? "");
    next = at + 1;
  }
  return found;
}

/** The line of `key` among the children, which are indented alike and deeper than `depth`. */
function childLine(lines: readonly string[], from: number, depth: number, key: string): number | undefined {
  let level: number | undefined;
  for (let line = from; line < lines.length; line++) {
    const text = lines[line] ?? "";
    if (!/^\s*["'\w]/.test(text)) continue;
    const indent = indentOf(text);
    if (indent <= depth) return undefined;
    level ??= indent;
    if (indent === level && keyOf(text) === key) return line;
  }
  return undefined;
}

function keyOf(line: string): string | undefined {
  const [, double, single, bare] =
    /^\s*(?:"([^"]*)"|'([^']*)'|([^\s"':#][^:#]*?))\s*:(?:\s|$)/.exec(line) ?? [];
  return double ?? single ?? bare;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
