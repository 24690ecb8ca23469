import { z } from "zod";
import { Fatal, Rejected, RetryLater } from "../errors.ts";
import type { Answer } from "../lib/http.ts";
import { retryAfter } from "../lib/retry-after.ts";
import { type Amiss, createPatience, type Patience } from "./elastic-patience.ts";

/** How much of an answer is passed on, in characters. */
const SAID = 300;

const cause = z.looseObject({ type: z.string().optional(), reason: z.string().nullish() });
const fault = z.union([z.string(), cause.extend({ caused_by: cause.optional() })]);
const item = z.looseObject({ status: z.number(), error: fault.optional() });
const bulkAnswer = z.object({
  errors: z.boolean(),
  items: z.array(z.record(z.string(), item)).default([]),
});
const faultAnswer = z.object({ error: fault });

/** What became of each record of a bulk request; all not named are in the index. */
export interface BulkVerdict {
  /** To be sent again, by their place among the records: the server had no room for them, or no place. */
  readonly later: readonly number[];
  /** What is amiss with where the first of them goes, and what to do, if that is why. */
  readonly amiss?: string;
  /** Never to be taken, by their place, with the server's reason. */
  readonly refused: ReadonlyMap<number, string>;
}

/** What the server says of a document that is refused because of where it goes, not of what it is. */
const NOT_THE_RECORD =
  /^(index_not_found_exception|security_exception|index_closed_exception|invalid_alias_name_exception|invalid_index_name_exception)$/;
const NOT_THE_RECORD_SAID =
  /pipeline with id \[|no write index is defined|would add \[\d+\].*shards|only write ops with an op_type of create|data stream timestamp field \[@timestamp\] is missing/;
/** What to do about a user who is known and may not write. */
export const NO_RIGHT = "see that the user may create documents there";
/** Of an index that is closed to writes: by a person or a policy (403), or for a full disk (429). */
const BLOCKED = "cluster_block_exception";
/**
 * What is said of one index that is there, and closed to writes by a person or a policy. A server whose disk is full
 * says so of each of its indexes, the older ones with the block that still allows to delete.
 */
const OF_ONE_INDEX =
  /^(?:index_closed_exception:|cluster_block_exception: index \[(?!.*read-only \/ allow delete))|no write index is defined/;
/** Records have a time; documents of the old layout have none. */
const UNTIMED = /data stream timestamp field/;

/**
 * Reads the answer of a bulk request of `count` documents.
 * @param patience with those that something is amiss for
 * @param indexOf where each document was to go, by its place
 * @throws RetryLater, Rejected (413) or Fatal when it is about the request as a whole
 */
export function readBulk(
  answer: Answer,
  count: number,
  place: string,
  patience: Patience = createPatience(),
  indexOf: (at: number) => string = () => "",
): BulkVerdict {
  if (answer.status !== 200) throw wholeVerdict(answer, place);
  const parsed = bulkAnswer.safeParse(jsonOf(answer.text));
  if (!parsed.success || (parsed.data.errors && parsed.data.items.length !== count)) {
    throw new Fatal(`${place} does not answer like Elasticsearch or OpenSearch: check url`);
  }
  const later = new Set<number>();
  const refused = new Map<number, string>();
  /** Of those in `later`. */
  const amiss = new Map<number, Amiss>();
  /** Something is amiss that nothing but a person changes. */
  let lasting = 0;
  for (const [at, one] of parsed.data.errors ? parsed.data.items.entries() : []) {
    const { status, error } = Object.values(one)[0] ?? { status: 0 };
    // 409: it is there already, from a write whose answer got lost.
    if ((status >= 200 && status < 300) || status === 409) continue;
    const { type, said } = wordsOf(error);
    const unfit = NOT_THE_RECORD.test(type) || NOT_THE_RECORD_SAID.test(said);
    const blocked = type === BLOCKED;
    if (unfit || (blocked && status === 403)) {
      const index = OF_ONE_INDEX.test(said) ? indexOf(at) : undefined;
      amiss.set(at, { reason: `answered ${status}: ${short(said)}: ${remedyOf(type, said)}`, index });
      if (unfit) lasting += 1;
    }
    if (unfit || blocked || status === 429 || status >= 500) later.add(at);
    else refused.set(at, `${status} ${short(said)}`);
  }
  const taken = new Set<string>();
  for (let at = 0; at < count; at++) if (!later.has(at) && !refused.has(at)) taken.add(indexOf(at));
  for (const index of taken) patience.took(index);
  for (const [at, reason] of patience.judge(amiss, later.size + refused.size < count)) {
    refused.set(at, reason);
    amiss.delete(at);
    later.delete(at);
  }
  const [first] = amiss.values();
  if (first === undefined) return { later: [...later], refused };
  if (lasting === count) throw new Fatal(`${place} ${first.reason}`);
  return { later: [...later], refused, amiss: first.reason };
}

function remedyOf(type: string, said: string): string {
  if (UNTIMED.test(said)) return "such names are those of data streams: choose another index";
  if (type === BLOCKED) return "take the block off the index";
  return type === "security_exception" ? NO_RIGHT : "check index and pipeline";
}

/** What an answer other than 200 means. */
export function wholeVerdict({ status, text, headers }: Answer, place: string): Error {
  const parsed = faultAnswer.safeParse(jsonOf(text));
  const { type, said } = parsed.success ? wordsOf(parsed.data.error) : { type: "", said: text };
  const words = short(said);
  const message = `${place} answered ${status}${words === "" ? "" : `: ${words}`}`;
  if (status === 413) return new Rejected(message, { tooLarge: true });
  if (status === 401) return new Fatal(`${message}: check user and password, apiKey or token`);
  if (status === 403 && type !== BLOCKED) {
    return new Fatal(`${message}: ${NO_RIGHT}`);
  }
  if (status === 429 || status >= 500 || status === 403) {
    return new RetryLater(message, { afterMs: retryAfter(headers["retry-after"], headers.date) });
  }
  return new Fatal(`${message}: check url, index and pipeline`);
}

function wordsOf(error: z.output<typeof fault> | undefined): { type: string; said: string } {
  if (error === undefined || typeof error === "string") return { type: "", said: error ?? "" };
  const { type = "", reason, caused_by: deeper } = error;
  const more = deeper?.reason ? ` (${deeper.reason})` : "";
  return { type, said: `${type}: ${reason ?? ""}${more}` };
}

/** What a text holds as JSON; nothing when it holds none. */
export function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function short(said: string): string {
  const line = said.replaceAll(/\s+/g, " ").trim();
  return line.length <= SAID ? line : `${line.slice(0, SAID)}…`;
}
