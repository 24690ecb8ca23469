import { z } from "zod";
import { Fatal, RetryLater } from "../errors.ts";
import { createConcealer, secretsIn } from "./conceal.ts";
import { createHttp, type Http } from "./http.ts";

/** A new token is asked for so long (ms) before the old one ends, so that none ends on its way. */
const AHEAD = 30_000;
/** How long a token is taken for good whose server does not say (s): RFC 6749 leaves that to agreements. */
const UNSAID = 300;
/** How much of an answer is passed on, in characters. */
const SAID = 200;

/** Where tokens come from: the grant "client credentials" of RFC 6749, section 4.4. */
export const oauthOptions = z.strictObject({
  url: z
    .url()
    .refine((url) => /^https?:/.test(url), "the address must begin with http:// or https://")
    .describe("Address that gives tokens, of the identity provider."),
  clientId: z.string().min(1).describe("Id of this client there."),
  clientSecret: z
    .string()
    .min(1)
    .describe("Its secret; take it from the environment: ${env:KAFKA_CLIENT_SECRET}."),
  scope: z.string().min(1).optional().describe("Scopes to ask for, with blanks between."),
  ca: z
    .string()
    .optional()
    .describe("File with the certificates (PEM) that sign the provider's, in place of the well-known ones."),
});
export type OauthOptions = z.output<typeof oauthOptions>;

const tokenAnswer = z.looseObject({
  access_token: z.string().min(1),
  expires_in: z.coerce.number().positive().optional(),
});
const errorAnswer = z.looseObject({ error: z.string(), error_description: z.string().optional() });

export interface Tokens {
  /**
   * One that is good for a while yet; the same one until it nears its end.
   * @throws Fatal when the provider refuses, RetryLater when it can't be reached
   */
  next(): Promise<string>;
  close(): void;
}

/**
 * @param timeout of a request, in ms
 * @param ca the certificates themselves, not their file
 * @param now a clock that never goes back, in ms
 */
export function createTokens(
  { url, clientId, clientSecret, scope }: OauthOptions,
  {
    timeout,
    ca,
    now = () => performance.now(),
  }: { timeout: number; ca?: string | undefined; now?: () => number },
): Tokens {
  const http = createHttp({
    name: "the server of oauth",
    setting: "url in oauth",
    trustSettings: { ca: "ca in oauth" },
    timeout,
    ca,
  });
  let held: { readonly token: string; readonly until: number } | undefined;
  let asked: Promise<string> | undefined;

  const ask = async (): Promise<string> => {
    const asking = now();
    const { token, lifetime } = await requestToken(http, url, clientId, clientSecret, scope);
    held = { token, until: asking + Math.max(lifetime * 1000 - AHEAD, lifetime * 500) };
    return token;
  };

  return {
    async next() {
      if (held && now() < held.until) return held.token;
      asked ??= ask().finally(() => {
        asked = undefined;
      });
      return asked;
    },
    close: () => http.close(),
  };
}

async function requestToken(
  http: Http,
  url: string,
  clientId: string,
  clientSecret: string,
  scope: string | undefined,
): Promise<{ token: string; lifetime: number }> {
  const form = new URLSearchParams({ grant_type: "client_credentials", ...(scope && { scope }) });
  // Both are form-encoded before they are joined: RFC 6749, section 2.3.1.
  const pair = `${encodeURIComponent(clientId)}:${encodeURIComponent(clientSecret)}`;
  const { status, text } = await http.send("POST", new URL(url), Buffer.from(form.toString()), {
    authorization: `Basic ${Buffer.from(pair).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
    accept: "application/json",
  });
  const place = `the server of oauth at ${new URL(url).origin}`;
  if (status === 200) {
    const answer = tokenAnswer.safeParse(jsonOf(text));
    if (!answer.success) throw new Fatal(`${place} answered without an access_token: check url in oauth`);
    return { token: answer.data.access_token, lifetime: answer.data.expires_in ?? UNSAID };
  }
  const error = errorAnswer.safeParse(jsonOf(text));
  const said = error.success ? `${error.data.error} ${error.data.error_description ?? ""}`.trim() : text;
  // Before it is cut: half of a secret would not be found any more.
  const shown = createConcealer(secretsIn({ clientId, clientSecret })).text(said);
  const message = `${place} answered ${status}: ${shown.replaceAll(/\s+/g, " ").slice(0, SAID)}`;
  if (status === 429 || status >= 500) throw new RetryLater(message);
  if (status === 404 || status === 405) throw new Fatal(`${message}: check url in oauth`);
  throw new Fatal(`${message}: check clientId, clientSecret and scope in oauth`);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
