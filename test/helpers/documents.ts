import { existsSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";

/** A Markdown document without what stands in code. */
export function prose(text: string): string {
  return text.replace(/^( *)(```|~~~)[\s\S]*?^\1\2$/gm, "").replace(/`[^`\n]+`/g, "``");
}

/** The names by which GitHub and VS Code link to a document's headings. */
export function anchors(text: string): Set<string> {
  const found = new Set<string>();
  const bare = text.replace(/^( *)(```|~~~)[\s\S]*?^\1\2$/gm, "");
  for (const [, heading = ""] of bare.matchAll(/^#{1,6} +(.+)$/gm)) {
    const name = heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{M}\p{N}_\- ]/gu, "")
      .replaceAll(" ", "-");
    let unique = name;
    for (let at = 1; found.has(unique); at++) unique = `${name}-${at}`;
    found.add(unique);
  }
  return found;
}

/** What a document links to or shows: addresses as they are written. */
export function linksOf(text: string): string[] {
  const bare = prose(text);
  return [/\]\(([^)\s]+)[^)]*\)/g, /<(?:img|source|a)\b[^>]*?\b(?:srcset|src|href)="([^"]+)"/g].flatMap(
    (form) => [...bare.matchAll(form)].map(([, address = ""]) => address),
  );
}

/** The path of a file or folder, from the root, that a document's relative link leads to, and the heading in it. */
export function target(document: string, address: string): { path: string; heading: string } | undefined {
  if (/^[a-z][a-z+.-]*:/i.test(address)) return undefined;
  const [path = "", heading = ""] = address.split("#");
  const from = posix.dirname(document);
  return { path: path ? posix.normalize(posix.join(from, path)).replace(/\/$/, "") : document, heading };
}

/**
 * The relative links of documents that lead nowhere, each with its document.
 * @param documents paths from the root, with `/`
 * @param find where in the root a path is; by default where it says
 */
export function brokenLinks(
  root: string,
  documents: readonly string[],
  find: (path: string) => string = (path) => path,
): string[] {
  const read = (path: string) => readFileSync(join(root, find(path)), "utf8");
  const leads = (document: string, address: string): boolean => {
    const to = target(document, address);
    if (!to) return true;
    const file = join(root, find(to.path));
    if (to.path.startsWith("..") || !existsSync(file)) return false;
    return !to.heading || (statSync(file).isFile() && anchors(read(to.path)).has(to.heading));
  };
  return documents.flatMap((document) =>
    linksOf(read(document))
      .filter((address) => !leads(document, address))
      .map((address) => `${document}: ${address}`),
  );
}
