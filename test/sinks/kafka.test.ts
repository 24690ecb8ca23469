import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Fatal, Rejected, RetryLater } from "../../src/errors.ts";
import { loadKafkajs } from "../../src/lib/kafkajs.ts";
import { kafkaOptions } from "../../src/sinks/kafka-options.ts";
import { isWornOut, verdictOf } from "../../src/sinks/kafka-verdict.ts";

const brokers = "127.0.0.1:9092";

describe("Kafka options", () => {
  const said = (options: object): string[] => {
    const result = kafkaOptions.safeParse({ brokers, ...options });
    return result.success
      ? []
      : result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  };

  it("takes brokers as a list or with commas between", () => {
    assert.deepEqual(kafkaOptions.parse({ brokers: "a:1, b:2" }).brokers, ["a:1", "b:2"]);
    assert.match(
      said({ brokers: "http://a:1" })[0] ?? "",
      /^brokers: "http:\/\/a:1" is no address of a broker/,
    );
  });

  it("asks for a name where it is given an IPv6 address, which its client would cut at the first colon", () => {
    for (const address of ["[::1]:9092", "::1:9092", "[fe80::1%eth0]:1", "2001:DB8::1"])
      assert.deepEqual(said({ brokers: ["a:1", address] }), [
        `brokers: "${address}": write a name in place of an IPv6 address, like localhost:9092`,
      ]);
  });

  it("asks for all that a way to sign in needs", () => {
    assert.match(said({ sasl: "plain", user: "u" })[0] ?? "", /^sasl: sasl plain needs user and password/);
    assert.match(said({ user: "u", password: "p" })[0] ?? "", /^sasl: say with sasl how to sign in/);
    assert.match(said({ sasl: "oauthbearer" })[0] ?? "", /needs token or oauth/);
    const oauth = { url: "https://id/token", clientId: "c", clientSecret: "s" };
    assert.deepEqual(said({ sasl: "oauthbearer", oauth }), []);
    assert.match(said({ sasl: "oauthbearer", oauth, token: "t" })[0] ?? "", /^oauth: give either/);
    assert.match(said({ oauth })[0] ?? "", /^sasl: say with sasl/);
    assert.match(said({ ca: "ca.pem" })[0] ?? "", /^ca: goes with tls/);
    assert.match(said({ tls: true, cert: "c.pem" })[0] ?? "", /^cert: cert and keyFile go together/);
  });
});

describe("Kafka failures", () => {
  /** As the client has them: a protocol error within one that says how often it was tried. */
  const failure = (type: string): Error =>
    Object.assign(
      new Error("tried 3 times", { cause: Object.assign(new Error("the broker's words"), { type }) }),
      {
        retriable: false,
      },
    );
  const verdict = (type: string): Error => verdictOf(failure(type), "Kafka at a:1");

  it("splits what is too large, and refuses what can't be a record", () => {
    for (const type of ["MESSAGE_TOO_LARGE", "RECORD_LIST_TOO_LARGE"])
      assert.ok((verdict(type) as Rejected).tooLarge, type);
    assert.ok(verdict("INVALID_RECORD") instanceof Rejected);
  });

  it("names the settings by which a message is too far from the broker's time", () => {
    assert.ok(verdict("INVALID_TIMESTAMP") instanceof Rejected);
    assert.match(
      verdict("INVALID_TIMESTAMP").message,
      /\(INVALID_TIMESTAMP\): .*set timestamp to sent, or correct timezone of the source$/,
    );
  });

  it("waits out what passes", () => {
    for (const type of [
      "NOT_ENOUGH_REPLICAS",
      "NOT_ENOUGH_REPLICAS_AFTER_APPEND",
      "LEADER_NOT_AVAILABLE",
      "NOT_LEADER_FOR_PARTITION",
      "REPLICA_NOT_AVAILABLE",
      "KAFKA_STORAGE_ERROR",
      "NETWORK_EXCEPTION",
      "REQUEST_TIMED_OUT",
      "GROUP_LOAD_IN_PROGRESS",
      "GROUP_COORDINATOR_NOT_AVAILABLE",
      "NOT_COORDINATOR_FOR_GROUP",
    ])
      assert.ok(verdict(type) instanceof RetryLater, type);
    assert.equal(verdict("REQUEST_TIMED_OUT").message, "Kafka at a:1: the broker's words");
    assert.match(verdict("NOT_ENOUGH_REPLICAS").message, /words: waits for brokers.*min\.insync\.replicas$/);
  });

  it("names what to change when waiting does not help", () => {
    assert.ok(verdict("TOPIC_AUTHORIZATION_FAILED") instanceof Fatal);
    assert.match(verdict("UNKNOWN_TOPIC_OR_PARTITION").message, /create the topic, or set createTopics/);
    const refused = Object.assign(new Error("no"), { name: "KafkaJSSASLAuthenticationError" });
    assert.match(verdictOf(refused, "Kafka at a:1").message, /check user, password and token/);
  });

  it("looks past topics that are there already for what kept others from being made", () => {
    const errors = ["TOPIC_ALREADY_EXISTS", "INVALID_REPLICATION_FACTOR"].map((type) =>
      Object.assign(new Error(`about ${type}`), { type }),
    );
    const several = Object.assign(new Error("Topic creation errors"), { errors });
    assert.match(
      verdictOf(several, "Kafka at a:1").message,
      /about INVALID_REPLICATION_FACTOR: check replication in createTopics/,
    );
  });

  it("tells a missing right to create a topic from one to write to it", () => {
    for (const type of ["TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED"]) {
      const one = Object.assign(new Error("not allowed"), { type, name: "KafkaJSCreateTopicError" });
      const all = Object.assign(new Error("Topic creation errors"), { errors: [one] });
      assert.match(verdictOf(all, "Kafka at a:1").message, /the user may create .*leave createTopics out$/);
      assert.doesNotMatch(verdict(type).message, /create/);
    }
  });

  it("names the setting for what a connection fails of", () => {
    const failing = (code: string): Error =>
      verdictOf(Object.assign(new Error("no way"), { code }), "Kafka at a:1");
    assert.equal(failing("SELF_SIGNED_CERT_IN_CHAIN").message, "Kafka at a:1: no way: check ca");
    assert.ok(failing("SELF_SIGNED_CERT_IN_CHAIN") instanceof Fatal);
    assert.match(failing("ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED").message, /check cert and keyFile$/);
    assert.match(
      failing("ERR_TLS_CERT_ALTNAME_INVALID").message,
      /give brokers a name that the certificate holds/,
    );
    assert.equal(
      failing("ECONNREFUSED").message,
      "Kafka at a:1 can't be reached: no way: see that it runs there, or correct brokers",
    );
    for (const code of ["ECONNREFUSED", "ENOTFOUND", "ECONNRESET"]) {
      assert.ok(failing(code) instanceof RetryLater);
      assert.match(failing(code).message, /(correct brokers|check brokers)/);
    }
    const closed = Object.assign(new Error("Closed"), { name: "KafkaJSConnectionClosedError" });
    assert.match(verdictOf(closed, "Kafka at a:1").message, /check brokers, tls, sasl and the token$/);
  });

  it("passes on what the server of tokens says", () => {
    const refused = new Fatal("the server of oauth at http://a answered 401: check clientId");
    assert.equal(verdictOf(new Error("tried 3 times", { cause: refused }), "Kafka at a:1"), refused);
  });

  it("takes a new producer when the numbers of the old one no longer agree", () => {
    assert.ok(isWornOut(failure("OUT_OF_ORDER_SEQUENCE_NUMBER")));
    assert.ok(!isWornOut(failure("NOT_ENOUGH_REPLICAS")));
  });
});

describe("The client of Kafka", () => {
  it("sets no timer while nothing waits to be sent, and one to a time to come else", async (t) => {
    await loadKafkajs();
    const { default: Queue } = await import("kafkajs/src/network/requestQueue/index.js");
    const set = t.mock.method(globalThis, "setTimeout");
    const queueOf = (pending: readonly unknown[], throttledUntil: number) => ({
      pending,
      throttledUntil,
      throttleCheckTimeoutId: null,
      checkPendingRequests: () => {},
    });
    const waits = (pending: readonly unknown[], throttledUntil: number): unknown[] => {
      const before = set.mock.callCount();
      const queue = queueOf(pending, throttledUntil);
      Queue.prototype.scheduleCheckPendingRequests.call(queue as never);
      clearTimeout(queue.throttleCheckTimeoutId ?? undefined);
      return set.mock.calls.slice(before).map(({ arguments: [, ms] }) => ms);
    };
    assert.deepEqual(waits([], -1), []);
    assert.deepEqual(waits([{}], -1), [10]);
    const [throttled] = waits([{}], Date.now() + 5_000);
    assert.ok(Number(throttled) > 4_000 && Number(throttled) <= 5_000, String(throttled));
  });
});
