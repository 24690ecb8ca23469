import { Partly } from "../errors.ts";
import type { Log } from "./log.ts";
import { isReference, isSecretName, maskAddresses, passwordIn } from "./mask.ts";

/** Takes secrets out of what is about to be shown. */
export interface Concealer {
  /** The text with `***` for each secret, and for what addresses within it hold. */
  text(text: string): string;
  /** The error with its message, its causes' and its reasons made fit to be shown; it may be the same object. */
  error(error: unknown): unknown;
}

/** So short a secret is no secret, and would be found in every word. */
const SHORTEST = 4;
/** From so many characters on a secret is hidden within words too. */
const LONG = 8;
/** What stands for the rest of a text that is too long. */
const CUT = "…";

/**
 * @param secrets to be hidden wherever they appear, also encoded as in URLs, JSON and Basic authentication
 */
export function createConcealer(secrets: Iterable<string>): Concealer {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret.length < SHORTEST) continue;
    for (const form of formsOf(secret)) forms.add(form);
  }
  // The longest first: one may hold another.
  const ordered = [...forms].sort((a, b) => b.length - a.length);
  const pattern = ordered.length > 0 ? new RegExp(ordered.map(patternOf).join("|"), "gu") : undefined;
  const text = (shown: string): string =>
    maskAddresses(pattern ? withoutHalves(shown.replace(pattern, "***"), ordered) : shown);

  const one = (error: unknown, depth: number): unknown => {
    if (typeof error === "string") return text(error);
    if (!(error instanceof Error) || depth === 0) return error;
    const message = text(error.message);
    if (error instanceof Partly) {
      const { later, refused, afterMs } = error;
      const reasons = [...refused].map(([at, reason]) => [at, text(reason)] as const);
      return new Partly(message, { later, refused: new Map(reasons), afterMs });
    }
    const cause = error.cause === undefined ? undefined : one(error.cause, depth - 1);
    try {
      error.message = message;
      if (error.stack !== undefined) error.stack = text(error.stack);
      if (cause !== undefined) error.cause = cause;
      return error;
    } catch {
      // The message of a DOMException, as aborted signals give it, can't be set.
      return Object.assign(new Error(message, { cause }), { name: error.name });
    }
  };
  return { text, error: (error) => one(error, 8) };
}

/** The log without what a concealer hides. */
export function maskedLog(log: Log, { text }: Concealer): Log {
  return {
    debug: (message) => log.debug(text(message)),
    info: (message) => log.info(text(message)),
    warn: (message) => log.warn(text(message)),
    error: (message) => log.error(text(message)),
  };
}

/**
 * The secrets that options hold: what goes under a secret name, and passwords of addresses. A user's password also
 * as Basic authentication sends both.
 */
export function secretsIn(options: unknown): string[] {
  const found: string[] = [];
  const walk = (value: unknown, secret: boolean): void => {
    if (typeof value === "string") {
      if (secret && !isReference(value))
        found.push(value, value.replace(/^(?:bearer|basic|token|apikey) +/i, ""));
      const stretch = passwordIn(value);
      if (stretch) {
        const password = value.slice(stretch.start, stretch.end);
        const user =
          value
            .slice(0, stretch.start - 1)
            .split(/@|\/\//)
            .at(-1) ?? "";
        found.push(password, basic(user, password), basic(decoded(user), decoded(password)));
      }
    } else if (Array.isArray(value)) {
      for (const item of value) walk(item, secret);
    } else if (typeof value === "object" && value !== null) {
      for (const [name, item] of Object.entries(value)) walk(item, secret || isSecretName(name));
      const { user, username = user, password, clientId, clientSecret } = value as Record<string, unknown>;
      if (typeof username === "string" && typeof password === "string") found.push(basic(username, password));
      // OAuth encodes both before it puts them together.
      if (typeof clientId === "string" && typeof clientSecret === "string")
        found.push(basic(encodeURIComponent(clientId), encodeURIComponent(clientSecret)));
    }
  };
  walk(options, false);
  return found.filter((secret) => secret !== "");
}

function basic(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString("base64");
}

function formsOf(secret: string): readonly string[] {
  const encoded = Buffer.from(secret).toString("base64");
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    JSON.stringify(secret).slice(1, -1),
    encoded,
    decoded(secret),
  ];
}

function decoded(secret: string): string {
  try {
    return decodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/** Hides also the beginning of a secret that was cut, as words of servers are that are too long: `…` follows it. */
function withoutHalves(shown: string, forms: readonly string[]): string {
  const parts = shown.split(CUT);
  const last = parts.pop();
  const whole = parts.map((part) => {
    const half = Math.max(...forms.map((form) => beginningAt(part, form)));
    return half < SHORTEST ? part : `${part.slice(0, -half)}***`;
  });
  return [...whole, last].join(CUT);
}

/** How much of the beginning of a secret a text ends with, in characters. */
function beginningAt(text: string, form: string): number {
  let length = Math.min(text.length, form.length);
  while (length > 0 && !text.endsWith(form.slice(0, length))) length--;
  return length;
}

function patternOf(form: string): string {
  const literal = form.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  return form.length < LONG ? `(?<![\\p{L}\\p{N}])${literal}(?![\\p{L}\\p{N}])` : literal;
}
