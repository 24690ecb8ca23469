import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { describe, it } from "node:test";
import { zstdCompressSync } from "node:zlib";
import { createUnpacker } from "../../src/store/unpacker.ts";

const packed = (bytes: Uint8Array) => zstdCompressSync(bytes);

describe("unpacking on other threads", () => {
  it("gives each frame's own bytes, many at a time and of any size", async (t) => {
    const unpacker = createUnpacker();
    t.after(() => unpacker.close());
    const all = Array.from({ length: 60 }, (_, i) => randomBytes((i * i * 977) % 700_000));

    const found = await Promise.all(all.map((bytes) => unpacker.unpack(packed(bytes), bytes.length)));

    for (const [i, pieces] of found.entries()) assert.ok(Buffer.concat(pieces).equals(all[i] as Buffer));
  });

  it("refuses what is damaged, cut off or longer than it should be, and goes on with the next", async (t) => {
    const unpacker = createUnpacker();
    t.after(() => unpacker.close());
    const bytes = randomBytes(300_000);
    const frame = packed(bytes);
    const wrong = Promise.allSettled([
      unpacker.unpack(Buffer.from([0, 1, 2, 3]), 10),
      unpacker.unpack(frame.subarray(0, 200_000), bytes.length),
      unpacker.unpack(frame, bytes.length - 1),
    ]);
    const right = Array.from({ length: 12 }, () => unpacker.unpack(frame, bytes.length));

    for (const pieces of await Promise.all(right)) assert.ok(Buffer.concat(pieces).equals(bytes));
    for (const { status } of await wrong) assert.equal(status, "rejected");
  });

  it("refuses what nobody waits for any more", async () => {
    const unpacker = createUnpacker();
    const frame = packed(randomBytes(500_000));
    const coming = Array.from({ length: 10 }, () => unpacker.unpack(frame));
    const settled = Promise.allSettled(coming);
    unpacker.close();

    assert.ok((await settled).every(({ status }) => status === "rejected"));
    await assert.rejects(unpacker.unpack(frame));
  });
});
