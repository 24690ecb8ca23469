import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createTrail } from "../../src/sources/file/trail.ts";
import { cpuTime } from "../helpers/cpu-time.ts";

describe("trail of what was read", () => {
  it("gives the last bytes, however they came and as long as they are needed (property)", () => {
    const step = fc.record({
      bytes: fc.uint8Array({ maxLength: 20 }),
      needed: fc.nat(60),
      later: fc.nat(60),
      behind: fc.nat(70),
      count: fc.nat(70),
    });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 9 }), fc.array(step), (first, steps) => {
        const trail = createTrail(Buffer.from(first));
        let all = Buffer.from(first);
        let sure = all.length;
        for (const { bytes, needed, later, behind, count } of steps) {
          const read = Buffer.from(bytes);
          trail.add(read, needed);
          // The reader takes its buffer back.
          read.fill(0xee);
          all = Buffer.concat([all, bytes]);
          sure = Math.min(sure + bytes.length, needed);
          for (const least of [sure, Math.min(sure, later)]) {
            const end = all.length - Math.min(behind, least);
            const from = Math.max(all.length - least, end - count);
            assert.deepEqual(trail.last(end - from, all.length - end), all.subarray(from, end));
          }
          trail.trim(later);
          sure = Math.min(sure, later);
          const kept = trail.last(sure);
          assert.deepEqual(kept, all.subarray(all.length - sure));
        }
      }),
    );
  });

  it("takes as long for much that is kept in many small reads as for little (10 MB in 100,000 reads)", () => {
    const trail = createTrail(Buffer.alloc(0));
    const read = Buffer.alloc(100, "x");
    const began = cpuTime();
    for (let at = 1; at <= 100_000; at++) trail.add(read, at * read.length);
    assert.equal(trail.last(64, 9_000_000).length, 64);
    trail.trim(64);
    assert.equal(trail.last(1_000).length, 100);
    assert.ok(cpuTime() - began < 2_000);
  });
});
