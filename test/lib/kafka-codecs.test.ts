import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { lz4Codec, snappyCodec, zstdCodec } from "../../src/lib/kafka-codecs.ts";

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
