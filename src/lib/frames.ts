import { methodsIn } from "./frames/dotnet.ts";
import { withPackage } from "./frames/java.ts";
import type { CodeLink } from "./frames/link.ts";
import { placesIn } from "./frames/places.ts";

export type { CodeLink } from "./frames/link.ts";

/** So much of a text is looked at, in UTF-16 units, and so many places of it are told. */
const LONGEST = 200_000;
const MOST = 200;

/**
 * The places in code that a text names, in its order: stack frames and `file:line` of Node (also `file:` URLs and
 * those of bundlers), Python, Java and its kin, .NET, Go, Rust, PHP and Ruby. Never throws; takes time as the text
 * is long.
 */
export function linksIn(text: string): readonly CodeLink[] {
  const looked = text.slice(0, LONGEST);
  const places = placesIn(looked, MOST).flatMap((link) => withPackage(looked, link) ?? []);
  const links = [...places];
  for (const method of methodsIn(looked, MOST))
    if (!places.some(({ from, to }) => from < method.to && method.from < to)) links.push(method);
  return links.sort((a, b) => a.from - b.from).slice(0, MOST);
}
