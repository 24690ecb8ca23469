import { homedir } from "node:os";
import { join } from "node:path";
import type { ConfigInput } from "../protocol/engine.ts";
import type { PlainIssue } from "./issues.ts";
import type { SecretValues } from "./secrets.ts";

export interface Expanded {
  readonly value: unknown;
  /** What could not be expanded, with the place in the value. */
  readonly problems: readonly PlainIssue[];
  /** What looks like a variable and is none: it stays as it is written. */
  readonly doubts: readonly PlainIssue[];
  /** Values of secrets that were put in: they must not be shown. */
  readonly secrets: readonly string[];
}

const KNOWN = /^\$\{(?:workspaceFolder(?::[^}]*)?|env:[^}]+|secret:[^}]+)\}$/;

/** What is kept in the spool with the lines that it reads, in plain. */
const KEPT = ["parser", "multiline"];

/**
 * Expands `${workspaceFolder}`, `${workspaceFolder:name}`, `${env:NAME}`, `${secret:NAME}` and a leading `~/` in
 * all strings of a value. Anything else in `${}` is left as it is, and doubted.
 * @param own keys of the value that have variables of their own, in which nothing is doubted
 * @param secrets what the secrets of the value are; undefined: it may have none
 */
export function expand(
  value: unknown,
  folders: ConfigInput["folders"],
  env: NodeJS.ProcessEnv,
  own: readonly string[] = [],
  secrets?: SecretValues,
): Expanded {
  const problems: PlainIssue[] = [];
  const doubts: PlainIssue[] = [];
  const used: string[] = [];
  const text = (input: string, path: (string | number)[]): string => {
    const say = (message: string, missing?: string): string => {
      problems.push({ path, message, ...(missing !== undefined && { missing }) });
      return "";
    };
    const secret = (name: string): string => {
      if (!secrets || KEPT.includes(String(path[0])))
        return say("a secret can't be used here: what is set here is written to disk as it is");
      const found = secrets.get(name);
      if (found === undefined) return say(secrets.missing(name), name);
      used.push(found);
      return found;
    };
    const home = input.startsWith("~/") || input === "~" ? join(homedir(), input.slice(1)) : input;
    for (const [whole] of own.includes(String(path[0])) ? [] : home.matchAll(/\$\{[^}]*\}/g)) {
      if (KNOWN.test(whole)) continue;
      const message = `there is no variable ${whole}, so it stays as it is written; known are \${workspaceFolder}, \${env:NAME} and \${secret:NAME}`;
      doubts.push({ path, message });
    }
    return home.replace(
      /\$\{(workspaceFolder|env|secret)(?::([^}]*))?\}/g,
      (whole, kind: string, name?: string) => {
        if (kind === "secret") return name ? secret(name) : whole;
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
      },
    );
  };
  const walk = (input: unknown, path: (string | number)[]): unknown => {
    if (typeof input === "string") return text(input, path);
    if (Array.isArray(input)) return input.map((item, at) => walk(item, [...path, at]));
    if (typeof input !== "object" || input === null) return input;
    return Object.fromEntries(Object.entries(input).map(([key, item]) => [key, walk(item, [...path, key])]));
  };
  return { value: walk(value, []), problems, doubts, secrets: used };
}
