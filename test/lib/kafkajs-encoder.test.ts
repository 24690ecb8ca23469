import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { describe, it } from "node:test";
import fc from "fast-check";
import type Encoder from "kafkajs/src/protocol/encoder.js";
import { mendEncoder } from "../../src/lib/kafkajs-encoder.ts";

/** The client's encoder as it comes, and one that is mended: each loaded for itself. */
function encoders(): { readonly own: typeof Encoder; readonly mended: typeof Encoder } {
  const require = createRequire(import.meta.url);
  const path = require.resolve("kafkajs/src/protocol/encoder.js");
  const load = (): typeof Encoder => {
    delete require.cache[path];
    return require(path) as typeof Encoder;
  };
  const [own, mended] = [load(), load()];
  mendEncoder(mended);
  return { own, mended };
}

const written = (encoder: Encoder): Buffer => encoder.buf.subarray(0, encoder.offset);

describe("the mended encoder of kafkajs", () => {
  const { own, mended } = encoders();

  it("writes numbers of 32 bits as the client does", () => {
    const value = fc.oneof(fc.integer(), fc.constantFrom(0, 1, 127, 128, -1, 2 ** 31 - 1, -(2 ** 31)));
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 300 }), (values) => {
        const [expected, given] = [new own(), new mended()];
        for (const one of values) {
          expected.writeUVarInt(one);
          given.writeUVarInt(one);
        }
        assert.deepEqual(written(given), written(expected));
      }),
      { numRuns: 100 },
    );
  });

  it("writes numbers of 64 bits, and tells their size, as the client does", () => {
    const value = fc.oneof(
      fc.maxSafeInteger(),
      fc.integer(),
      fc.bigInt({ min: -(2n ** 62n), max: 2n ** 62n }),
      fc.constantFrom(0, 63, 64, -64, -65, 2 ** 31, -(2 ** 31), 2 ** 52, -(2 ** 52)),
    );
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 200 }), (values) => {
        const [expected, given] = [new own(), new mended()];
        for (const one of values) {
          expected.writeVarLong(one);
          given.writeVarLong(one);
          assert.equal(mended.sizeOfVarLong(one), own.sizeOfVarLong(one), String(one));
        }
        assert.deepEqual(written(given), written(expected));
      }),
      { numRuns: 100 },
    );
  });
});
