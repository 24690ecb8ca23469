/** Lists within lists are broken up to this depth: what a record holds stays on its line. */
const DEPTH = 3;

/**
 * A line of JSON with each element of its outer lists on a line of its own, where they are lists or objects; nothing
 * else of it is changed, and what is no JSON stays as it is.
 */
export function unfolded(line: string): readonly string[] {
  const lines: string[] = [];
  /** The brackets around the character that is looked at, and whether these lists are broken up. */
  const around: { readonly list: boolean; readonly broken: boolean }[] = [];
  let from = 0;
  let quoted = false;
  const margin = (): string => "  ".repeat(around.filter(({ broken }) => broken).length);
  let indent = "";
  const end = (at: number): void => {
    lines.push(indent + line.slice(from, at).trimStart());
    from = at;
    indent = margin();
  };
  for (let at = 0; at < line.length; at++) {
    const character = line[at];
    if (quoted) {
      if (character === "\\") at++;
      else if (character === '"') quoted = false;
    } else if (character === '"') quoted = true;
    else if (character === "[" || character === "{") {
      const list = character === "[";
      const depth = around.filter(({ list }) => list).length;
      const broken = list && depth < DEPTH && /^\s*[[{]/.test(line.slice(at + 1, at + 10));
      around.push({ list, broken });
      if (broken) end(at + 1);
    } else if (character === "]" || character === "}") {
      const closed = around.pop();
      if (!closed || closed.list !== (character === "]")) return [line];
      if (closed.broken) end(at);
    } else if (character === "," && around.at(-1)?.broken) end(at + 1);
  }
  if (quoted || around.length > 0 || lines.length === 0) return [line];
  lines.push(indent + line.slice(from).trimStart());
  return lines;
}
