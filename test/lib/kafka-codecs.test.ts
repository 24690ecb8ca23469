import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { gzipCodec, lz4Codec, snappyCodec, zstdCodec } from "../../src/lib/kafka-codecs.ts";
import { loadKafkajs } from "../../src/lib/kafkajs.ts";
import { patientCodec } from "../../src/sources/kafka/undecodable.ts";

/** A number of four bytes, the highest first. */
function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

describe("Codecs for batches of Kafka", () => {
  for (const [name, codec] of Object.entries({ snappy: snappyCodec(), lz4: lz4Codec(), zstd: zstdCodec() })) {
    it(`give back what was packed (${name}, property)`, async () => {
      await fc.assert(
        fc.asyncProperty(
          fc.uint8Array({ maxLength: 2_000 }),
          fc.integer({ min: 1, max: 60 }),
          async (bytes, times) => {
            const buffer = Buffer.concat(Array.from({ length: times }, () => bytes));
            assert.ok((await codec.decompress(await codec.compress({ buffer }))).equals(buffer));
          },
        ),
        { numRuns: 50 },
      );
    });
  }

  for (const [name, codecOf] of Object.entries({
    gzip: gzipCodec,
    snappy: snappyCodec,
    lz4: lz4Codec,
    zstd: zstdCodec,
  })) {
    it(`unpack no more than they may (${name})`, async () => {
      const packed = await codecOf().compress({ buffer: Buffer.alloc(1 << 20) });
      assert.equal((await codecOf(1 << 20).decompress(packed)).length, 1 << 20);
      await assert.rejects(
        codecOf((1 << 20) - 1).decompress(packed),
        /^Error: it is longer than 1048575 bytes when it is unpacked$/,
      );
    });
  }

  it("unpack no more than they may of what Java wrote, all its blocks together", async () => {
    const magic = Buffer.concat([Buffer.from("82534e4150505900", "hex"), uint32(1), uint32(1)]);
    const block = await snappyCodec().compress({ buffer: Buffer.alloc(600) });
    const frame = Buffer.concat([magic, uint32(block.length), block, uint32(block.length), block]);
    await assert.rejects(snappyCodec(1_000).decompress(frame), /longer than 1000 bytes/);
  });

  it("are the client's own, also that of gzip, and stay what a source has made of them", async () => {
    const { CompressionCodecs, CompressionTypes } = await loadKafkajs();
    const packed = gzipSync(Buffer.alloc(200 * 1024 * 1024));
    const codec = CompressionCodecs[CompressionTypes.GZIP]();
    await assert.rejects(codec.decompress(packed), /longer than \d+ bytes/);
    const patient = patientCodec(snappyCodec);
    CompressionCodecs[CompressionTypes.Snappy] = patient;
    assert.equal((await loadKafkajs()).CompressionCodecs[CompressionTypes.Snappy], patient);
  });

  it("unpack what Java wrote with Snappy: blocks in a frame, also several frames", async () => {
    const codec = snappyCodec();
    const magic = Buffer.concat([Buffer.from("82534e4150505900", "hex"), uint32(1), uint32(1)]);
    const blocks = await Promise.all(
      ["one ".repeat(50), "two ".repeat(50)].map((text) => codec.compress({ buffer: Buffer.from(text) })),
    );
    const frame = Buffer.concat([magic, ...blocks.flatMap((block) => [uint32(block.length), block])]);
    const wanted = "one ".repeat(50) + "two ".repeat(50);
    assert.equal(String(await codec.decompress(frame)), wanted);
    assert.equal(String(await codec.decompress(Buffer.concat([frame, frame]))), wanted + wanted);
    await assert.rejects(codec.decompress(frame.subarray(0, frame.length - 1)), /damaged Snappy data/);
    await assert.rejects(codec.decompress(frame.subarray(0, magic.length + 2)), /damaged Snappy data/);
  });
});
