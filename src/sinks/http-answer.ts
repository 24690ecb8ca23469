import { Fatal, Rejected, RetryLater } from "../errors.ts";
import type { Answer } from "../lib/http.ts";
import { retryAfter } from "../lib/retry-after.ts";

/** How much of an answer is passed on, in characters. */
const SAID = 300;
/** Shorter texts are no secrets, and stand in any answer. */
const SHORTEST_SECRET = 4;

/** The server that answered, in messages. */
export interface Place {
  /** As in `Loki at http://127.0.0.1:3100`. */
  readonly name: string;
  /** What must not be shown, should the server repeat it. */
  readonly secrets: readonly string[];
}

/** What the server said, short enough to be shown, without secrets; empty for web pages. */
export function saidOf({ text, headers }: Answer, { secrets }: Place): string {
  if (isPage(headers["content-type"])) return "a web page";
  // Before the cut: half of a secret would not be found.
  const line = withoutSecrets(text, secrets).replaceAll(/\s+/g, " ").trim();
  return line.length <= SAID ? line : `${line.slice(0, SAID)}…`;
}

/** A text of a server's, with what it repeats of the secrets it was sent replaced. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  let hidden = text;
  for (const secret of secrets) {
    if (secret.length >= SHORTEST_SECRET) hidden = hidden.replaceAll(secret, "***");
  }
  return hidden;
}

/** HTML comes from something in front of the server, or in its place. */
export function isPage(contentType: string | undefined): boolean {
  return /^text\/html\b/i.test(contentType ?? "");
}

/**
 * What an answer means that says the records were not taken, by what HTTP says of its status.
 * @param said in place of the answer's text
 */
export function verdictOf(answer: Answer, place: Place, said = saidOf(answer, place)): Error {
  const { status, headers } = answer;
  const message = `${place.name} answered ${status}${said === "" ? "" : `: ${said}`}`;
  if (status === 413) return new Rejected(message, { tooLarge: true });
  if (status === 401) return new Fatal(`${message}: check user and password, token, or headers`);
  if (status === 403) return new Fatal(`${message}: see that whoever signs in may write there`);
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    return new RetryLater(message, { afterMs: retryAfter(headers["retry-after"], headers.date) });
  }
  if ((status === 400 || status === 422) && !isPage(headers["content-type"])) return new Rejected(message);
  if (status >= 300 && status < 400) return new Fatal(`${message}: it wants another address: check url`);
  return new Fatal(`${message}: check url`);
}
