import { isReference, isSecretName, passwordIn, type Stretch } from "../lib/mask.ts";
import type { PlainIssue } from "./issues.ts";

type Path = readonly (string | number)[];

/** Keys whose values are names of what records hold, or expressions, whatever they are called. */
const NAMES = ["tags", "fields", "labels", "metadata", "resource", "parser", "multiline"];

/**
 * Secrets that stand in plain where they are configured.
 * @param storage whether there is a secret storage that they can be moved to
 * @returns a warning for each, without the secret
 */
export function plainSecrets(value: unknown, storage: boolean): PlainIssue[] {
  const found: PlainIssue[] = [];
  const walk = (item: unknown, path: Path): void => {
    if (typeof item === "string") {
      const at = secretAt(item, path);
      if (!at) return;
      const what = at.start === 0 && at.end === item.length ? "a secret stands" : "a password stands";
      const remedy = storage ? "move it to secret storage, or write" : "write";
      const message = `${what} here for everyone to read: ${remedy} \${env:NAME} in its place`;
      found.push({ path, message });
    } else if (Array.isArray(item)) {
      for (const [at, one] of item.entries()) walk(one, [...path, at]);
    } else if (typeof item === "object" && item !== null) {
      for (const [key, one] of Object.entries(item)) if (!NAMES.includes(key)) walk(one, [...path, key]);
    }
  };
  walk(value, []);
  return found;
}

/** Which stretch of a value is a secret, by the keys that it stands under and by its form. */
export function secretAt(value: string, path: Path): Stretch | undefined {
  if (value === "" || isReference(value)) return undefined;
  if (path.some((key) => typeof key === "string" && isSecretName(key))) {
    const scheme = /^(?:bearer|basic|token|apikey) +/i.exec(value)?.[0] ?? "";
    return { start: scheme.length, end: value.length };
  }
  return passwordIn(value);
}
