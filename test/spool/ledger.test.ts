import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createLedger, type Held } from "../../src/spool/ledger.ts";

describe("ledger", () => {
  it("answers as a plain list would, through gaps and forgetting (property)", () => {
    const block = fc.record({
      gap: fc.integer({ min: 1, max: 3 }),
      packed: fc.nat(100),
      bytes: fc.nat(100),
      lines: fc.nat(9),
    });
    const step = fc.oneof(
      { weight: 3, arbitrary: block.map((of) => ({ add: of })) },
      { weight: 1, arbitrary: fc.nat(400).map((forget) => ({ forget })) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), fc.nat(500), (steps, at) => {
        const ledger = createLedger();
        let model: Held[] = [];
        let seq = 0;
        for (const one of steps) {
          if ("forget" in one) {
            ledger.forget(one.forget);
            model = model.filter((held) => held.seq > one.forget);
            continue;
          }
          seq += one.add.gap;
          const held = {
            seq,
            generation: 1,
            config: 1,
            packed: one.add.packed,
            bytes: one.add.bytes,
            lines: one.add.lines,
            observed: seq,
          };
          ledger.add(held);
          model.push(held);
        }
        const sum = (of: readonly Held[], key: "packed" | "bytes" | "lines"): number =>
          of.reduce((total, held) => total + held[key], 0);
        const after = model.filter((held) => held.seq > at);
        assert.equal(ledger.blocks, model.length);
        assert.equal(ledger.bytes, sum(model, "packed"));
        assert.equal(ledger.oldest?.seq, model[0]?.seq);
        assert.deepEqual(ledger.behind(at), {
          records: sum(after, "lines"),
          bytes: sum(after, "bytes"),
          oldest: after[0]?.observed,
        });
      }),
    );
  });

  it("lets go of the rows that were forgotten", () => {
    const ledger = createLedger();
    for (let seq = 1; seq <= 100_000; seq++) {
      ledger.add({ seq, generation: 1, config: 1, packed: 1, bytes: 1, lines: 1, observed: seq });
      ledger.forget(seq - 10);
    }
    assert.equal(ledger.blocks, 10);
    assert.deepEqual(ledger.behind(0), { records: 10, bytes: 10, oldest: 99_991 });
  });
});
