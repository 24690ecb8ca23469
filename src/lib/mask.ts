/** What a secret is replaced with. */
const HIDDEN = "***";

/** Names whose values are secret, whatever they hold; but for those that only say where a secret is. */
const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|authorization|credential|cookie|^auth$|^pwd$/i;
const PLACE_NAME = /(file|path|ur[il]|endpoint|header|type|ttl|timeout)$/i;

/** A value that only points to a secret, which is what settings should hold; a header names its scheme before. */
const REFERENCE = /^(?:(?:bearer|basic|token|apikey) +)?(?:\$\{(?:env|secret):[^}]*\})+$/i;

/** Whether what goes under a name is secret. */
export function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name) && !PLACE_NAME.test(name);
}

/** Whether a text is nothing but references such as `${env:NAME}` and `${secret:NAME}`. */
export function isReference(text: string): boolean {
  return REFERENCE.test(text);
}

/**
 * A copy of plain data, fit to be shown: passwords, tokens and keys are replaced by `***`, by the name they
 * go under or by the form they have within text. References such as `${env:NAME}` stay.
 */
export function maskSecrets<T>(value: T): T {
  return mask(value, false) as T;
}

function mask(value: unknown, secret: boolean): unknown {
  if (typeof value === "string") {
    if (isReference(value)) return value;
    return secret && value !== "" ? HIDDEN : maskText(value);
  }
  if (Array.isArray(value))
    return value.map((item, at) => mask(item, secret || (isWord(item) && isSecretFlag(value[at - 1]))));
  if (typeof value === "object" && value !== null) {
    const webhook = "type" in value && value.type === "webhook";
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        if (webhook && name === "url" && typeof item === "string" && !isReference(item)) {
          return [name, maskPath(item)];
        }
        if (name === "command" && typeof item === "string") return [name, maskCommand(item)];
        return [name, mask(item, secret || name === "headers" || isSecretName(name))];
      }),
    );
  }
  return secret && typeof value === "number" ? HIDDEN : value;
}

/** Masks what looks like a secret within text: DSNs, URLs with a user, query parameters, bearer tokens. */
export function maskText(text: string): string {
  return maskAddresses(text.replace(ASSIGNED, maskFlag)).replace(
    /\b(bearer|basic|token|apikey)(\s+)[a-z0-9._~+/=-]{6,}/gi,
    `$1$2${HIDDEN}`,
  );
}

/** Text as a shell takes it for one word: also of parts in quotes. */
const WORD = `(?:'[^']*'|"(?:[^"\\\\]|\\\\.)*"|\\\\.|[^\\s'"\\\\]|['"\\\\])+`;
/** `--password=x`, and in front of a command `PASSWORD=x`. */
const ASSIGNED = new RegExp(`(?<![^\\s'"(])(--?)([a-z][\\w.-]*)(=)(${WORD})`, "gi");
const VARIABLE = new RegExp(`(?<![^\\s'"(;&|])()([a-z_]\\w*)(=)(${WORD})`, "gi");
/** `--password x`; what begins like a flag is the next one. */
const FOLLOWED = new RegExp(`(?<![^\\s'"(])(--?)([a-z][\\w.-]*)(\\s+)(?!-)(${WORD})`, "gi");

/**
 * Masks the secrets of a command, as one text: also what follows a flag like `--password` and is set for it, like
 * `PGPASSWORD=x`.
 */
export function maskCommand(text: string): string {
  return maskText(text.replace(FOLLOWED, maskFlag).replace(VARIABLE, maskFlag));
}

function maskFlag(whole: string, dashes: string, name: string, between: string, value: string): string {
  const shown = !isSecretName(name) || isReference(value);
  return shown ? whole : `${dashes}${name}${between}${HIDDEN}`;
}

function isSecretFlag(word: unknown): boolean {
  return typeof word === "string" && /^--?[a-z][\w.-]*$/i.test(word) && isSecretName(word.replace(/^-+/, ""));
}

function isWord(item: unknown): boolean {
  return typeof item === "string" && !item.startsWith("-");
}

/** Masks the secrets of addresses within text: of DSNs, of URLs with a user, and query parameters. */
export function maskAddresses(text: string): string {
  return maskAddress(text)
    .replace(/[a-z][a-z0-9+.-]*:\/\/[^\s"'<>()]*@[^\s"'<>()]*/gi, maskAddress)
    .replace(QUERY, `$1${HIDDEN}`);
}

const QUERY = /([?&](?:p|u|[a-z_-]*(?:pass|password|secret|token|key|auth))=)[^&#\s"']*/gi;

/** A longer part of a path is hardly a word. */
const LONGEST_WORD = 20;

/** An address without its query and all but the first part of its path: with many webhooks the rest is the secret. */
export function maskPath(address: string): string {
  const parts = /^([a-z][a-z0-9+.-]*:\/\/[^/?#]*)(\/[^/?#]*)?(\/[^?#]+)?[^?#]*(\?.+)?/i.exec(address);
  if (!parts) return HIDDEN;
  const [, host = "", first = "", rest, query] = parts;
  const shown = first.length > LONGEST_WORD ? `/${HIDDEN}` : first;
  const hidden = `${rest === undefined ? "" : `/${HIDDEN}`}${query === undefined ? "" : `?${HIDDEN}`}`;
  return maskAddress(`${host}${shown}${hidden}`);
}

/** What a DSN ends with: InfluxDB's names of precisions, and what a sentence puts behind it. */
const PRECISION = /^(?:ns?|us?|ms|s|m|h)[.,:;!?]*$/;

/** `address@user@password@database@precision`, or `scheme://user:password@host`, from the first character on. */
function maskAddress(text: string): string {
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text)?.[0];
  const last = text.lastIndexOf("@");
  if (!scheme || last < 0) return text;
  const parts = text.split("@");
  const [address = ""] = parts;
  // A password may itself hold an @: all between the address and the last two parts is hidden.
  if (parts.length >= 4 && isDsn(parts, parts.length === 4)) {
    return [address, HIDDEN, HIDDEN, ...parts.slice(parts.length > 4 ? -2 : -1)].join("@");
  }
  return `${scheme}${HIDDEN}${text.slice(last)}`;
}

function isDsn(parts: readonly string[], short: boolean): boolean {
  return (short || PRECISION.test(parts.at(-1) ?? "")) && /^[^:]+:\/\/[^:]+(:\d+)?\/?$/.test(parts[0] ?? "");
}

/** A stretch of a text, by the places of its characters; `end` is exclusive. */
export interface Stretch {
  readonly start: number;
  readonly end: number;
}

/**
 * Where a password stands in an address: in a DSN `address@user@password@database@precision`, in
 * `scheme://user:password@host`, or in a query parameter. Undefined where there is none, or only a reference.
 */
export function passwordIn(text: string): Stretch | undefined {
  const found = passwordOfDsn(text) ?? passwordOfUrl(text) ?? passwordOfQuery(text);
  if (!found || found.start >= found.end) return undefined;
  return isReference(text.slice(found.start, found.end)) ? undefined : found;
}

function passwordOfDsn(text: string): Stretch | undefined {
  const parts = text.split("@");
  const [address = "", user = ""] = parts;
  if (parts.length < 5 || !isDsn(parts, false)) return undefined;
  const rest = parts.slice(-2).join("@");
  return { start: address.length + user.length + 2, end: text.length - rest.length - 1 };
}

function passwordOfUrl(text: string): Stretch | undefined {
  const [, scheme = "", user] = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#]*)@/i.exec(text) ?? [];
  const colon = user?.indexOf(":") ?? -1;
  if (user === undefined || colon < 0) return undefined;
  return { start: scheme.length + colon + 1, end: scheme.length + user.length };
}

function passwordOfQuery(text: string): Stretch | undefined {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return undefined;
  for (const { 0: whole, 1: name = "", index } of text.matchAll(QUERY)) {
    if (name.slice(1) !== "u=") return { start: index + name.length, end: index + whole.length };
  }
  return undefined;
}
