import { homedir } from "node:os";
import { join } from "node:path";
import type { ConfigInput } from "../protocol/engine.ts";
import type { PlainIssue } from "./issues.ts";

export interface Expanded {
  readonly value: unknown;
  /** What could not be expanded, with the place in the value. */
  readonly problems: readonly PlainIssue[];
  /** What looks like a variable and is none: it stays as it is written. */
  readonly doubts: readonly PlainIssue[];
}

const KNOWN = /^\$\{(?:workspaceFolder(?::[^}]*)?|env:[^}]+)\}$/;

/**
 * Expands `${workspaceFolder}`, `${workspaceFolder:name}`, `${env:NAME}` and a leading `~/` in all strings of
 * a value. Anything else in `${}` is left as it is, and doubted.
 * @param own keys of the value that have variables of their own, in which nothing is doubted
 */
export function expand(
  value: unknown,
  folders: ConfigInput["folders"],
  env: NodeJS.ProcessEnv,
  own: readonly string[] = [],
): Expanded {
  const problems: PlainIssue[] = [];
  const doubts: PlainIssue[] = [];
  const text = (input: string, path: (string | number)[]): string => {
    const say = (message: string): string => {
      problems.push({ path, message });
      return "";
    };
    const home = input.startsWith("~/") || input === "~" ? join(homedir(), input.slice(1)) : input;
    for (const [whole] of own.includes(String(path[0])) ? [] : home.matchAll(/\$\{[^}]*\}/g)) {
      if (KNOWN.test(whole)) continue;
      const message = `there is no variable ${whole}, so it stays as it is written; known are \${workspaceFolder} and \${env:NAME}`;
      doubts.push({ path, message });
    }
    return home.replace(/\$\{(workspaceFolder|env)(?::([^}]*))?\}/g, (whole, kind: string, name?: string) => {
      if (kind === "env") {
        if (!name) return whole;
        const found = env[name];
        return found ?? say(`the environment variable ${name} is not set: set it, or write the value here`);
      }
      const folder = name === undefined ? folders[0] : folders.find((one) => one.name === name);
      if (folder) return folder.path;
      return say(
        name === undefined ? "no workspace folder is open" : `there is no workspace folder "${name}"`,
      );
    });
  };
  const walk = (input: unknown, path: (string | number)[]): unknown => {
    if (typeof input === "string") return text(input, path);
    if (Array.isArray(input)) return input.map((item, at) => walk(item, [...path, at]));
    if (typeof input !== "object" || input === null) return input;
    return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(value, []), problems, doubts };
}
