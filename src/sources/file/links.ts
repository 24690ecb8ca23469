import { realpath, stat } from "node:fs/promises";
import { dirname, sep } from "node:path";

/** A link that can't be resolved counts as one to a file: who looks at it will say why. */
export async function targetOf(link: string): Promise<"file" | "folder" | undefined> {
  try {
    const target = await stat(link);
    return target.isFile() ? "file" : target.isDirectory() ? "folder" : undefined;
  } catch (error) {
    return isGone(error) ? undefined : "file";
  }
}

/** Whether a link in a folder leads to that folder or to one around it: there is no end to such a way. */
export async function leadsBack(link: string, folder: string): Promise<boolean> {
  const [target, here] = await Promise.all([realpath(link), realpath(folder)]).catch(() => ["", ""]);
  return target === here || here.startsWith(target.endsWith(sep) ? target : `${target}${sep}`);
}

export function isGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ENOTDIR";
}

/** The folder itself, or its nearest parent that exists. */
export async function existing(folder: string): Promise<string> {
  for (let at = folder; ; at = dirname(at)) {
    if (await isFolder(at)) return at;
    if (dirname(at) === at) return at;
  }
}

export async function isFolder(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined))?.isDirectory() ?? false;
}
