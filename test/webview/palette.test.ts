import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import {
  apart,
  DISTINCT,
  HEALTH_LOOKS,
  LEVEL_LOOKS,
  type Look,
  lookOf,
  PERCENTILE_LOOKS,
  REST,
  STATUS_LOOKS,
  TROUBLE_LOOKS,
} from "../../src/webview/palette.ts";

const dashOf = ({ dash }: Look) => JSON.stringify(dash);
const hatchOf = ({ hatch }: Look) => hatch;
const many = (count: number): Record<string, Look> =>
  named(Array.from({ length: count }, (_, i) => lookOf(i)));
const named = (looks: readonly Look[]): Record<string, Look> => Object.fromEntries(looks.entries());

function expectApart(looks: Readonly<Record<string, Look>>, sign: (look: Look) => string): void {
  const seen = new Map<string, string>();
  for (const [name, look] of Object.entries(looks)) {
    assert.equal(seen.get(sign(look)), undefined, `${name} has ${sign(look)} too`);
    seen.set(sign(look), name);
  }
}

describe("the looks of what a chart shows", () => {
  const none = LEVEL_LOOKS.none ?? REST;
  for (const [name, looks] of Object.entries({
    levels: LEVEL_LOOKS,
    statuses: { ...STATUS_LOOKS, none },
    health: HEALTH_LOOKS,
    "as many sources as are told apart, and the rest": { ...many(DISTINCT), rest: REST },
  }))
    it(`are told apart without colour as areas: ${name}`, () => expectApart(looks, hatchOf));

  for (const [name, looks] of Object.entries({
    levels: LEVEL_LOOKS,
    statuses: { ...STATUS_LOOKS, none },
    health: HEALTH_LOOKS,
    percentiles: PERCENTILE_LOOKS,
    troubles: TROUBLE_LOOKS,
    "sinks and channels, however many": { ...many(40), rest: REST },
  }))
    it(`are told apart without colour as lines: ${name}`, () => expectApart({ ...looks }, dashOf));

  it("stay those of the configuration, unless two of one chart would have the same", () => {
    assert.deepEqual(apart([0, 3, 7]), [lookOf(0), lookOf(3), lookOf(7)]);
    assert.deepEqual(apart([1, 9, 2]), [lookOf(1), lookOf(2), lookOf(3)]);
    const places = fc.uniqueArray(fc.nat(60), { maxLength: DISTINCT });
    fc.assert(
      fc.property(places, (places) => {
        const looks = { ...named(apart(places)), rest: REST };
        expectApart(looks, dashOf);
        expectApart(looks, hatchOf);
        assert.equal(new Set(Object.values(looks).map(({ color }) => color)).size, places.length + 1);
      }),
    );
  });
});
