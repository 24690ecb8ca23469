import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { createSourceTones, TONES } from "../../src/webview/log/source-tones.ts";

describe("colours of sources", () => {
  it("are kept, and shared by none while there are enough, or by as few as can be", () => {
    const names = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(names, fc.nat(), (all, at) => {
        const tones = createSourceTones();
        const first = all.slice(0, at % all.length);
        tones.update(first);
        const before = first.map(tones.of);
        assert.equal(tones.update(all), true);
        assert.equal(tones.update(all), false);
        if (first.length > 1) assert.deepEqual(first.map(tones.of), before);
        const counts = new Map<string | undefined, number>();
        for (const name of all) counts.set(tones.of(name), (counts.get(tones.of(name)) ?? 0) + 1);
        if (all.length === 1) assert.deepEqual([...counts.keys()], [undefined]);
        else assert.equal(Math.max(...counts.values()), Math.ceil(all.length / TONES));
      }),
    );
  });

  it("have letters beside them, which are kept and told apart", () => {
    const tones = createSourceTones();
    tones.update(["shop"]);
    assert.equal(tones.letters("shop"), undefined);
    tones.update(["shipping", "shop", "stock"]);
    assert.deepEqual(["shop", "shipping", "stock", "other"].map(tones.letters), [
      "sh",
      "si",
      "st",
      undefined,
    ]);
  });

  it("are none for a source that is not there", () => {
    const tones = createSourceTones();
    tones.update(["a", "b"]);
    assert.equal(tones.of("c"), undefined);
    assert.notEqual(tones.of("a"), tones.of("b"));
  });
});
