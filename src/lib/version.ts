import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** The version in the package.json of `folder`, or of the nearest folder above it that has one. */
export function versionOf(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    const file = join(at, "package.json");
    if (existsSync(file))
      return String((JSON.parse(readFileSync(file, "utf8")) as { version?: unknown }).version);
    if (dirname(at) === at) return "unknown";
  }
}
