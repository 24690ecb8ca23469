import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createPacker, RAW, unpack, ZSTD } from "../../src/spool/blocks.ts";

const large = Buffer.from("a line of a log\n".repeat(2000));

describe("packer", () => {
  it("packs large blocks, each a whole of its own, and leaves small ones", async () => {
    const packer = createPacker();
    const middle = large.subarray(0, 5000);
    const soon = await packer.pack(middle);
    assert.deepEqual([soon.codec, unpack(soon.codec, soon.data, middle.length)], [ZSTD, middle]);
    assert.deepEqual(packer.pack(Buffer.from("small\n")), { codec: RAW, data: Buffer.from("small\n") });
    for (const packed of await Promise.all([packer.pack(large), packer.pack(large)])) {
      assert.equal(packed.codec, ZSTD);
      assert.deepEqual(unpack(packed.codec, packed.data, large.length), large);
    }
    packer.close();
  });

  it("gives a block as it is when it can't pack", async () => {
    const packer = createPacker();
    packer.close();
    assert.deepEqual(await packer.pack(large), { codec: RAW, data: large });
  });
});

describe("unpack", () => {
  it("throws at what is torn, changed, or not as long as it was", async () => {
    const packer = createPacker();
    const { data } = await packer.pack(large);
    packer.close();
    const changed = Uint8Array.from(data);
    changed[changed.length - 1] = (changed.at(-1) ?? 0) ^ 1;
    assert.throws(() => unpack(ZSTD, data.subarray(0, -1), large.length));
    assert.throws(() => unpack(ZSTD, changed, large.length));
    assert.throws(() => unpack(ZSTD, data, large.length - 1));
    assert.throws(() => unpack(ZSTD, data, large.length + 1), /bytes where there were/);
    assert.throws(() => unpack(RAW, large, 7), /bytes where there were 7/);
  });
});
