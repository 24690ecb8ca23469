/** What a secret is replaced with. */
const HIDDEN = "***";

/** Names whose values are secret, whatever they hold. */
const SECRET_NAME =
  /pass(word|wd|phrase)?$|secret|token|api[-_]?key|access[-_]?key|private[-_]?key|authorization|credential|cookie|^auth$|^pwd$/i;

/** A value that only points to a secret, which is what settings should hold. */
const REFERENCE = /^\$\{env:[^}]*\}$/;

/**
 * A copy of plain data, fit to be shown: passwords, tokens and keys are replaced by `***`, by the name they
 * go under or by the form they have within text. References such as `${env:NAME}` stay.
 */
export function maskSecrets<T>(value: T): T {
  return mask(value, false) as T;
}

function mask(value: unknown, secret: boolean): unknown {
  if (typeof value === "string") {
    if (REFERENCE.test(value)) return value;
    return secret && value !== "" ? HIDDEN : maskText(value);
  }
  if (Array.isArray(value)) return value.map((item) => mask(item, secret));
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [name, mask(item, secret || SECRET_NAME.test(name))]),
    );
  }
  return secret && typeof value === "number" ? HIDDEN : value;
}

/** Masks what looks like a secret within text: DSNs, URLs with a user, query parameters, bearer tokens. */
export function maskText(text: string): string {
  return maskAddress(text)
    .replace(/[a-z][a-z0-9+.-]*:\/\/[^\s"'<>()]*@[^\s"'<>()]*/gi, maskAddress)
    .replace(/([?&](?:p|u|[a-z_-]*(?:pass|password|secret|token|key|auth))=)[^&#\s"']*/gi, `$1${HIDDEN}`)
    .replace(/\b(bearer|basic|token|apikey)(\s+)[a-z0-9._~+/=-]{6,}/gi, `$1$2${HIDDEN}`);
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
  const dsn = parts.length === 4 || PRECISION.test(parts.at(-1) ?? "");
  if (parts.length >= 4 && dsn && /^[^:]+:\/\/[^:]+(:\d+)?\/?$/.test(address)) {
    return [address, HIDDEN, HIDDEN, ...parts.slice(parts.length > 4 ? -2 : -1)].join("@");
  }
  return `${scheme}${HIDDEN}${text.slice(last)}`;
}
