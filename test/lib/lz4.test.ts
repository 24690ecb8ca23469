import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { describe, it } from "node:test";
import fc from "fast-check";
import { packLz4, unpackLz4 } from "../../src/lib/lz4.ts";

/** Bytes as logs have them, with repetitions near and far, or without any. */
const data = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc
        .constantFrom("GET /index.html HTTP/1.1 200\n", "a", "\0\0\0\0", "abcd".repeat(80))
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 60 },
  )
  .chain((parts) =>
    fc
      .integer({ min: 1, max: 30 })
      .map((times) => Buffer.concat(Array.from({ length: times }, () => parts).flat())),
  );

/** Two dependent blocks with sums. */
const LOOKS_BACK = [
  "04224d185040c0100100006f68656c6c6f200600",
  "ff".repeat(256),
  "e2502068656c6c51b907cb230000000ffc",
  "ff".repeat(26),
  "4150656c6c6f20a4d3142400000000",
].join("");

describe("LZ4 frames", () => {
  it("give back what was packed (property)", () => {
    fc.assert(
      fc.property(data, (bytes) => {
        assert.ok(unpackLz4(packLz4(bytes)).equals(bytes));
      }),
      { numRuns: 100 },
    );
  });

  it("of any length around the bounds of blocks and lengths give back what was packed", () => {
    const text = Buffer.from("0123456789".repeat(20_000));
    for (const length of [
      0, 1, 4, 5, 11, 12, 13, 16, 19, 20, 270, 274, 275, 65_535, 65_536, 65_537, 131_072, 200_000,
    ]) {
      for (const bytes of [text.subarray(0, length), Buffer.alloc(length, 1)]) {
        assert.ok(unpackLz4(packLz4(bytes)).equals(bytes), String(length));
      }
    }
  });

  it("are small for logs, and hardly larger for what can't be packed", () => {
    const line = '127.0.0.1 - - [04/Mar/2018:13:49:52 +0000] http "GET /foo?query=t HTTP/1.0" 200 2133\n';
    assert.ok(packLz4(Buffer.from(line.repeat(1_000))).length < 1_500);
    const noise = createHash("shake256", { outputLength: 100_000 }).digest();
    assert.ok(packLz4(noise).length < noise.length + 40);
  });

  it("of the reference's making are read: with sums, with a size, with blocks that look back", () => {
    const hello = "hello hello hello hello hello\n";
    const long = "hello ".repeat(12_000);
    // Written by lz4 1.9.4: from a pipe, with --content-size, and with -B4 -BD -BX --no-frame-crc.
    const frames: readonly (readonly [string, string])[] = [
      ["04224d186440a7100000006f68656c6c6f2006000050656c6c6f0a000000002d820339", hello],
      ["04224d186c401e0000000000000072100000006f68656c6c6f2006000050656c6c6f0a000000002d820339", hello],
      [LOOKS_BACK, long],
    ];
    for (const [hex, text] of frames) assert.equal(unpackLz4(Buffer.from(hex, "hex")).toString(), text);
    const both = Buffer.concat(frames.map(([hex]) => Buffer.from(hex, "hex")));
    assert.equal(unpackLz4(both).toString(), frames.map(([, text]) => text).join(""));
  });

  it("that are damaged are an error, whatever the damage (property)", () => {
    const whole = packLz4(Buffer.from("GET /index.html HTTP/1.1 200\n".repeat(50)));
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (place, byte) => {
        const bytes = Buffer.from(whole);
        bytes[place] = byte;
        for (const one of [bytes, whole.subarray(0, place)]) {
          try {
            unpackLz4(one);
          } catch (error) {
            assert.match((error as Error).message, /^damaged LZ4 data: /);
          }
        }
      }),
      { numRuns: 100 },
    );
    assert.throws(() => unpackLz4(whole.subarray(0, whole.length - 1)), /ends too soon/);
    assert.throws(() => unpackLz4(Buffer.from("no frame")), /no LZ4 frame/);
  });
});
