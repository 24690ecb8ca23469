import type { CodeLink } from "./link.ts";

/** `   at Shop.Cart.Add(Item item, Int32 count)`, as it is written where there are no debug symbols. */
const FRAME = /^[ \t]*at ([\w.`+<>[\],|]{3,300})\(([^()\n]{0,300})\)[ \t]*\r?$/gm;
/** Of other languages, or of the runtime itself. */
const NOT_OURS = /^(?:System|Microsoft|java|javax|jdk|sun|Object|Function|Array|Promise|process|Module)\./;
const NOT_PARAMETERS = /:\d+$|^(?:Native Method|Unknown Source|<anonymous>|native)$/;

/** Frames of .NET that name a method alone: its class is looked for in the file of that name. */
export function methodsIn(text: string, most: number): CodeLink[] {
  const links: CodeLink[] = [];
  for (const { 0: whole, 1: name = "", 2: parameters = "", index } of text.matchAll(FRAME)) {
    if (links.length >= most) break;
    if (NOT_OURS.test(name) || NOT_PARAMETERS.test(parameters)) continue;
    const method = methodOf(name);
    if (!method) continue;
    const from = index + whole.indexOf(name);
    links.push({ from, to: from + name.length, suffix: true, ...method });
  }
  return links;
}

/** `Shop.Cart+Line.Add`, `Shop.Cart..ctor`, `Shop.Cart.<Pay>d__5.MoveNext`, ``Shop.List`1.Add[T]`` */
function methodOf(name: string): { readonly path: string; readonly name: string } | undefined {
  const generated = name.indexOf(".<");
  const nested = name.search(/[+`[]/);
  const stated = name.replace(/\[[^\]]*\]?$/, "");
  const last = stated.slice(stated.lastIndexOf(".") + 1);
  const cuts = [generated, nested].filter((at) => at > 0);
  const methodAt = stated.endsWith("..ctor") ? stated.length - "..ctor".length : stated.lastIndexOf(".");
  const type = name.slice(0, Math.min(methodAt, ...cuts));
  const segments = type.split(".").filter(Boolean);
  const own = segments.at(-1);
  if (own === undefined || segments.length < 1 || !/^[\w.]+$/.test(type) || !/^[A-Z_]/.test(own))
    return undefined;
  const written = generated > 0 ? name.slice(generated + 2).split(">")[0] : last;
  return { path: `${segments.join("/")}.cs`, name: !written || written === "ctor" ? own : written };
}
