import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync, unzipSync } from "node:zlib";
import type { KafkaMessage } from "kafkajs";
import { createTopicFilter } from "../../src/lib/topic-filter.ts";
import { intakesOf } from "../../src/sources/kafka/intake.ts";
import { kafkaOptions } from "../../src/sources/kafka/options.ts";
import { patientCodec } from "../../src/sources/kafka/undecodable.ts";

const options = { maxMessageBytes: 1 << 20, ids: "header", fields: false } as const;
const place = { topic: "t", partition: 0, path: "t[0]" };
const message = (offset: number, value: string | null, more: Partial<KafkaMessage> = {}): KafkaMessage =>
  ({
    offset: String(offset),
    timestamp: "1000",
    attributes: 0,
    key: null,
    value: value === null ? null : Buffer.from(value),
    headers: {},
    ...more,
  }) as KafkaMessage;

describe("what is taken of a partition", () => {
  it("leaves out what was read before", () => {
    const [intake] = intakesOf(
      [1, 2, 3].map((at) => message(at, `m${at}`)),
      place,
      2,
      options,
    );
    assert.deepEqual(
      intake?.messages.map(({ offset }) => offset),
      [2, 3],
    );
    assert.equal(intake?.last, 3);
  });

  it("comes in runs that can be waited for one by one", () => {
    const large = "x".repeat(100_000);
    const all = [
      ...intakesOf(
        Array.from({ length: 10 }, (_, at) => message(at, large)),
        place,
        0,
        options,
      ),
    ];
    assert.deepEqual(
      all.map(({ messages, last }) => [messages.length, last]),
      [
        [3, 2],
        [3, 5],
        [3, 8],
        [1, 9],
      ],
    );
  });

  it("takes an id from the header if it is one of ours", () => {
    const ids = (id: string, how: "header" | "offset" = "header") =>
      [
        ...intakesOf([message(0, "a", { headers: { id: Buffer.from(id) } })], place, 0, {
          ...options,
          ids: how,
        }),
      ]
        .flatMap(({ messages }) => messages)
        .map((one) => one.id);
    assert.deepEqual(ids("0123456789abcdef-1z"), ["0123456789abcdef-1z"]);
    assert.deepEqual(ids("0123456789abcdef-1z", "offset"), [undefined]);
    assert.deepEqual(ids("a request's own id"), [undefined]);
  });

  it("takes the line's time from a message of ours, else the message's", () => {
    const times = (headers: Record<string, string>, ids: "header" | "offset" = "header") =>
      [...intakesOf([message(0, "a", { headers })], place, 0, { ...options, ids })]
        .flatMap(({ messages }) => messages)
        .map((one) => one.time);
    const id = "0123456789abcdef-1z";
    const line = Date.UTC(2018, 2, 4, 13, 49, 52, 123);
    for (const time of ["2018-03-04T13:49:52.123Z", "2018-03-04T13:49:52.123456789Z"]) {
      assert.deepEqual(times({ id, time }), [line], time);
      assert.deepEqual(times({ id, time }, "offset"), [line], time);
      assert.deepEqual(times({ time }), [1000], "another producer's header may mean anything");
    }
    assert.deepEqual(times({ id, time: "never" }), [1000]);
    assert.deepEqual(times({ id }), [1000]);
  });

  it("has a place for messages that can't be unpacked, as many as there were", async () => {
    const codec = patientCodec(() => ({
      compress: async ({ buffer }) => gzipSync(buffer),
      decompress: async (packed) => unzipSync(packed),
    }))();
    const decode = await decoderOf(codec);
    const broken = await decode(Buffer.from("no gzip at all"), 3, 4);
    const [intake] = intakesOf(broken, place, 0, options);
    assert.deepEqual(intake?.messages, []);
    assert.deepEqual(
      intake?.aside.map(({ offset, reason }) => [offset, reason.replace(/:.*/, "")]),
      [
        [100, "its batch can't be unpacked"],
        [101, "its batch can't be unpacked"],
        [104, "its batch can't be unpacked"],
      ],
    );
    assert.equal(intake?.last, 104);
  });

  it("reads the topics that are named, and those that a pattern matches as a whole", () => {
    const wanted = createTopicFilter({ topics: ["one", "__own"], pattern: "logs-.*" });
    assert.deepEqual(["one", "logs-a", "my-logs-a", "__own", "__consumer_offsets"].map(wanted), [
      true,
      true,
      false,
      true,
      false,
    ]);
  });

  it("says what is wrong with its options", () => {
    const said = (value: object): string[] =>
      kafkaOptions
        .safeParse({ brokers: "a:1", ...value })
        .error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];
    assert.match(said({})[0] ?? "", /^topics: is missing: name the topics to read, or give a pattern/);
    assert.match(said({ topics: "logs-*" })[0] ?? "", /^topics: "logs-\*" can't be a topic/);
    assert.match(said({ pattern: "(" })[0] ?? "", /^pattern: /);
    assert.match(said({ topics: "a", sasl: "plain" })[0] ?? "", /^sasl: sasl plain needs user and password/);
    assert.deepEqual(said({ topics: "a, b", pattern: "c.*", from: "2h" }), []);
  });
});

/** Kafkajs's own decoder of record batches, with a codec of ours: there is nothing else that could tell. */
async function decoderOf(codec: { decompress(packed: Buffer): Promise<Buffer> }) {
  const kafkajs = (await import("kafkajs")).default;
  const decode = (await import("kafkajs/src/protocol/recordBatch/v0/decoder.js" as string)).default;
  const Decoder = (await import("kafkajs/src/protocol/decoder.js" as string)).default;
  return async (packed: Buffer, count: number, lastDelta: number): Promise<KafkaMessage[]> => {
    const head = Buffer.alloc(61);
    head.writeBigInt64BE(100n, 0);
    head.writeInt32BE(61 - 12 + packed.length, 8);
    head.writeInt8(2, 16);
    head.writeInt16BE(kafkajs.CompressionTypes.GZIP, 21);
    head.writeInt32BE(lastDelta, 23);
    head.writeInt32BE(count, 57);
    const before = kafkajs.CompressionCodecs[kafkajs.CompressionTypes.GZIP];
    Object.assign(kafkajs.CompressionCodecs, { [kafkajs.CompressionTypes.GZIP]: () => codec });
    try {
      // As in an answer of a broker, other bytes come before it.
      const bytes = Buffer.concat([Buffer.alloc(30), head, packed]).subarray(30);
      return (await decode(new Decoder(bytes))).records;
    } finally {
      Object.assign(kafkajs.CompressionCodecs, { [kafkajs.CompressionTypes.GZIP]: before });
    }
  };
}
