import { Fatal, RetryLater, reasonOf } from "../../errors.ts";
import { silenceRemedy } from "../../lib/kafka-client.ts";
import { remedyFor } from "../../lib/remedies.ts";

/** What to do about what brokers answer, by the names of the protocol's error codes. */
const REMEDIES: Readonly<Record<string, string>> = {
  TOPIC_AUTHORIZATION_FAILED: "see that the user may read the topic",
  GROUP_AUTHORIZATION_FAILED: "see that the user may read with this group, or set group to another",
  CLUSTER_AUTHORIZATION_FAILED: "see that the user may describe the cluster",
  INVALID_GROUP_ID: "correct group",
  INCONSISTENT_GROUP_PROTOCOL:
    "members of this group are of another kind: set group to a name that only Log Monitor reads with",
  INVALID_TOPIC_EXCEPTION: "correct topics",
  UNKNOWN_TOPIC_OR_PARTITION: "create the topic, or correct topics",
  SASL_AUTHENTICATION_FAILED: "check user, password and token",
  UNSUPPORTED_SASL_MECHANISM: "check sasl",
  ILLEGAL_SASL_STATE: "check sasl, and tls",
};
/** The same of what the system says when there is no connection. */
const UNREACHABLE = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH/;
/** How either side ends what it does not understand, and brokers what comes unsigned or with a token that they refuse. */
const CUT = /^(ECONNRESET|EPIPE|EPROTO|ERR_SSL_.*)$/;
/** The client's names for the same; by the second one it has no connection left. */
const ENDED = ["KafkaJSConnectionClosedError", "KafkaJSBrokerNotFound"];
const UNTRUSTED = /self.signed|certificate|CERT_|ERR_TLS|wrong version number|EPROTO/i;

/** Why there is nothing to be read from brokers at present, with what to do. @param place `Kafka at 127.0.0.1:9092` */
export function troubleOf(error: unknown, place: string): string {
  const chain = chainOf(error);
  // What the server of tokens says names what to do itself.
  const own = chain.find((one) => one instanceof Fatal || one instanceof RetryLater);
  if (own) return `${place}: ${reasonOf(own)}`;
  const said = chain.length > 0 ? reasonOf(chain.at(-1)) : String(error);
  const type = chain.map(typeOf).find((one) => one !== undefined) ?? "";
  const remedy = Object.hasOwn(REMEDIES, type) ? REMEDIES[type] : remedyOf(chain, said);
  return `${place}: ${said}${remedy === undefined ? "" : `: ${remedy}`}`;
}

function remedyOf(chain: readonly Error[], said: string): string | undefined {
  const lasting = chain
    .map((one) => remedyFor(one, { address: "brokers", ca: "ca", cert: "cert and keyFile" }))
    .find((remedy) => remedy?.lasting);
  if (lasting) return lasting.text;
  if (chain.some((one) => ENDED.includes(one.name) || CUT.test(codeOf(one))))
    return "should this go on, check brokers, tls, sasl and the token";
  if (UNTRUSTED.test(said)) return "check tls, ca and the broker's certificate";
  if (UNREACHABLE.test(said)) return "check brokers, and that one runs there";
  return silenceRemedy(said);
}

/** What the errors of one failure say: the client wraps them in one another. */
function chainOf(error: unknown): Error[] {
  const chain: Error[] = [];
  for (let one = error; one instanceof Error && chain.length < 10; one = one.cause) chain.push(one);
  return chain;
}

function typeOf(error: Error): string | undefined {
  if ("type" in error && typeof error.type === "string") return error.type;
  if (error.name !== "KafkaJSSASLAuthenticationError") return undefined;
  return /mechanism is not supported/.test(error.message)
    ? "UNSUPPORTED_SASL_MECHANISM"
    : "SASL_AUTHENTICATION_FAILED";
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
