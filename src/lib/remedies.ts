/** What helps against a connection that fails. */
export interface Remedy {
  readonly text: string;
  /** It will go on failing until someone changes something. */
  readonly lasting: boolean;
}

/** What the options are called that connections are made by. */
export interface Settings {
  /** The one that holds the address: `url`. */
  readonly address: string;
  /** With the certificates that sign the server's; left out where there is none. */
  readonly ca?: string | undefined;
  /** With the client's certificate and its key; left out where there are none. */
  readonly cert?: string | undefined;
}

/** By what Node says (`code` of the error); `$` stands for the name of a setting, by default the address. */
const REMEDIES: readonly (readonly [RegExp, Remedy & { readonly about?: keyof Settings }])[] = [
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/,
    { text: "check $", about: "ca", lasting: true },
  ],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, { text: "renew the server's certificate", lasting: true }],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, { text: "give $ a name that the certificate holds", lasting: true }],
  [
    /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|HANDSHAKE_FAILURE)$/,
    { text: "check $", about: "cert", lasting: true },
  ],
  [
    /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/,
    { text: "see that it runs there, or correct $", lasting: false },
  ],
  [/^(ENOTFOUND|EAI_AGAIN)$/, { text: "no such host is known: correct $", lasting: false }],
];

/** How servers put it in words that they were spoken to without TLS: nginx, Apache, Go's net/http. */
const WANTS_TLS =
  /plain HTTP request was sent to HTTPS port|plain HTTP to an SSL-enabled|HTTP request to an HTTPS server/i;

/** Whether an answer says that it had to be asked with TLS. */
export function wantsTls(
  url: URL,
  { status, text }: { readonly status: number; readonly text: string },
): boolean {
  return url.protocol === "http:" && status === 400 && WANTS_TLS.test(text);
}

/**
 * What is wrong where one side speaks TLS and the other does not, if that is why a request failed.
 * @param address the option that holds the address: `url`
 */
export function mismatchOf(url: URL, error: unknown, address: string): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const strange = /wrong version number|packet length too long|http request/i.test(error.message);
  if (url.protocol === "https:" && strange && /^(EPROTO|ERR_SSL_.*)$/.test(code))
    return `the server does not speak TLS: write http:// in ${address}`;
  // A TLS alert begins with 21 (RFC 8446, section 5.1), in place of a line of HTTP.
  const first = "rawPacket" in error && Buffer.isBuffer(error.rawPacket) ? error.rawPacket[0] : undefined;
  if (url.protocol === "http:" && code.startsWith("HPE_") && first === 21) return tlsWanted(address);
  return undefined;
}

/** What to do about a server that wants TLS. */
export function tlsWanted(address: string): string {
  return `the server speaks TLS: write https:// in ${address}`;
}

/** What someone can do about a failure, if it is one of connections that a setting can mend. */
export function remedyFor(error: unknown, settings: Settings): Remedy | undefined {
  if (!(error instanceof Error)) return undefined;
  const code = "code" in error ? String(error.code) : "";
  const remedy = REMEDIES.find(([codes]) => codes.test(code))?.[1];
  const setting = settings[remedy?.about ?? "address"];
  if (!remedy || setting === undefined) return undefined;
  return { text: remedy.text.replace("$", () => setting), lasting: remedy.lasting };
}
