/** What helps against a connection that fails. */
export interface Remedy {
  readonly text: string;
  /** It will go on failing until someone changes something. */
  readonly lasting: boolean;
}

/** By what Node says (`code` of the error); `$` stands for the option that holds the address. */
const REMEDIES: readonly (readonly [RegExp, Remedy])[] = [
  [
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_UNTRUSTED)$/,
    { text: "check ca", lasting: true },
  ],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, { text: "renew the server's certificate", lasting: true }],
  [/^ERR_TLS_CERT_ALTNAME_INVALID$/, { text: "give $ a name that the certificate holds", lasting: true }],
  [
    /ALERT_(CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|HANDSHAKE_FAILURE)$/,
    { text: "check cert and keyFile", lasting: true },
  ],
  [
    /^(ECONNREFUSED|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)$/,
    { text: "see that it runs there, or correct $", lasting: false },
  ],
  [/^(ENOTFOUND|EAI_AGAIN)$/, { text: "no such host is known: correct $", lasting: false }],
];

/**
 * What someone can do about a failure, if it is one of connections.
 * @param address the option that holds the address: `url`
 */
export function remedyFor(error: unknown, address: string): Remedy | undefined {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  const remedy = REMEDIES.find(([codes]) => codes.test(code))?.[1];
  return remedy && { ...remedy, text: remedy.text.replace("$", address) };
}
