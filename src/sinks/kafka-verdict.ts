import { Fatal, Partly, Rejected, RetryLater, reasonOf } from "../errors.ts";
import { silenceRemedy } from "../lib/kafka-client.ts";
import { remedyFor } from "../lib/remedies.ts";
import type { LogRecord } from "../model.ts";

/** What brokers answer when it is about the records (names of the protocol's error codes). */
const TOO_LARGE = ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"];
const REFUSED: Readonly<Record<string, string>> = {
  INVALID_RECORD: "the topic may want a key, as compacted ones do: check key",
  INVALID_TIMESTAMP:
    "the broker takes no message whose time is so far from its own: set timestamp to sent, or correct timezone of the source",
};
/** The same when someone has to change something, with what to do. */
const REMEDIES: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: "see that the user may write to the topic",
  CLUSTER_AUTHORIZATION_FAILED: "see that the user may write with an idempotent producer",
  INVALID_TOPIC_EXCEPTION: "correct topic",
  UNKNOWN_TOPIC_OR_PARTITION: "create the topic, or set createTopics",
  SASL_AUTHENTICATION_FAILED: "check user, password and token",
  UNSUPPORTED_SASL_MECHANISM: "check sasl",
  ILLEGAL_SASL_STATE: "check sasl",
  UNSUPPORTED_COMPRESSION_TYPE: "check compression",
  INVALID_REPLICATION_FACTOR: "check replication in createTopics: there are not so many brokers",
  INVALID_PARTITIONS: "check partitions in createTopics",
  POLICY_VIOLATION: "the broker's policy forbids it",
};
/** The same of a topic that was to be made. */
const MAKING: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED:
    "see that the user may create the topic, or create it and leave createTopics out",
  CLUSTER_AUTHORIZATION_FAILED:
    "see that the user may create topics, or create them and leave createTopics out",
};
/** What may be said of what passes, with what to look at when it does not. */
const HINTS: Readonly<Record<string, string>> = {
  NOT_ENOUGH_REPLICAS:
    "waits for brokers that hold the topic: see that they run, or lower min.insync.replicas",
};
const CUT = /^(ECONNRESET|EPIPE|EPROTO|ERR_SSL_.*)$/;

/** The producer's numbers and the broker's no longer agree: a new producer begins anew. */
const WORN_OUT = [
  "OUT_OF_ORDER_SEQUENCE_NUMBER",
  "DUPLICATE_SEQUENCE_NUMBER",
  "UNKNOWN_PRODUCER_ID",
  "INVALID_PRODUCER_EPOCH",
  "INVALID_PRODUCER_ID_MAPPING",
];

/** What the errors of one failure say: the client wraps them in one another, and several in one. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && chain.length < 10; one = innerOf(one)) chain.push(one);
  return chain;
}

/** Of topics that were to be created, those that are there already are no failure. */
function innerOf(error: Error): unknown {
  if (!("errors" in error && Array.isArray(error.errors))) return error.cause;
  const errors: unknown[] = error.errors;
  return errors.find((one) => one instanceof Error && typeNamed(one) !== "TOPIC_ALREADY_EXISTS") ?? errors[0];
}

function typeNamed(error: Error): string | undefined {
  return "type" in error && typeof error.type === "string" ? error.type : undefined;
}

function typeOf(error: unknown): string | undefined {
  for (const one of chainOf(error)) {
    const type = typeNamed(one);
    if (type !== undefined) return type;
    if (one.name === "KafkaJSSASLAuthenticationError") {
      return /mechanism is not supported/.test(one.message)
        ? "UNSUPPORTED_SASL_MECHANISM"
        : "SASL_AUTHENTICATION_FAILED";
    }
  }
  return undefined;
}

/**
 * A topic that was just made, by us or by the broker for the first message, is unknown until every broker has
 * heard of it.
 */
export function isUnknownTopic(error: unknown): boolean {
  return ["UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE"].includes(typeOf(error) ?? "");
}

/** There is no such topic, or no such partition of it. */
export function isGone(error: unknown): boolean {
  return typeOf(error) === "UNKNOWN_TOPIC_OR_PARTITION";
}

/** A producer that met this is of no more use. */
export function isWornOut(error: unknown): boolean {
  return WORN_OUT.includes(typeOf(error) ?? "");
}

/** What a failure of the client, or of those that it asks for tokens, means. @param place what is named in messages: `Kafka at 127.0.0.1:9092` */
export function verdictOf(error: unknown, place: string): Error {
  const own = chainOf(error).find((one) => one instanceof Fatal || one instanceof RetryLater);
  if (own) return own;
  const last = chainOf(error).at(-1);
  const said = last ? reasonOf(last) : String(error);
  const type = typeOf(error) ?? "";
  const message = `${place}: ${said}`;
  if (TOO_LARGE.includes(type)) return new Rejected(`${message} (${type})`, { tooLarge: true });
  if (Object.hasOwn(REFUSED, type)) return new Rejected(`${message} (${type}): ${REFUSED[type]}`);
  const making = chainOf(error).some(({ name }) => name === "KafkaJSCreateTopicError");
  const remedies = making ? { ...REMEDIES, ...MAKING } : REMEDIES;
  const remedy = Object.hasOwn(remedies, type) ? remedies[type] : undefined;
  if (remedy !== undefined) return new Fatal(`${message}: ${remedy}`);
  const hint = Object.hasOwn(HINTS, type) ? `: ${HINTS[type]}` : "";
  return connectionVerdict(error, place, said) ?? new RetryLater(`${message}${hint}`);
}

function connectionVerdict(error: unknown, place: string, said: string): Error | undefined {
  const message = `${place}: ${said}`;
  const settings = { address: "brokers", ca: "ca", cert: "cert and keyFile" };
  const chain = chainOf(error);
  for (const one of chain) {
    const remedy = remedyFor(one, settings);
    if (remedy?.lasting) return new Fatal(`${message}: ${remedy.text}`);
    if (remedy) return new RetryLater(`${place} can't be reached: ${said}: ${remedy.text}`);
  }
  // Also how either side ends what it does not understand, and what brokers do after a token that they refuse.
  const cut = chain.some((one) => one.name === "KafkaJSConnectionClosedError" || CUT.test(codeOf(one)));
  if (cut) return new RetryLater(`${message}: should this go on, check brokers, tls, sasl and the token`);
  const remedy = silenceRemedy(said);
  return remedy === undefined ? undefined : new RetryLater(`${message}: ${remedy}`);
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}

/**
 * What a write of records came to, of which some failed.
 * @param failed the client's reasons, by the record
 * @returns nothing when all were taken
 */
export function failureOf(
  records: readonly LogRecord[],
  failed: ReadonlyMap<LogRecord, unknown>,
  place: string,
): Error | undefined {
  if (failed.size === 0) return undefined;
  const verdicts = [...new Set(failed.values())].map((error) => verdictOf(error, place));
  // What is refused can be told from the rest when all else goes, and not before.
  const worst =
    verdicts.find((verdict) => verdict instanceof Fatal) ??
    verdicts.find((verdict) => !(verdict instanceof Rejected)) ??
    verdicts[0];
  const later = records.flatMap((record, at) => (failed.has(record) ? [at] : []));
  if (worst === undefined || later.length === records.length) return worst;
  return new Partly(worst.message, { later, refused: new Map() });
}
