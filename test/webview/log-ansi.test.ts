import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { parseAnsi, type Style } from "../../src/webview/log/ansi.ts";
import { type Color, contrast, readable, readColor, writeColor } from "../../src/webview/log/contrast.ts";

const textOf = (text: string) =>
  parseAnsi(text)
    .map((span) => span.text)
    .join("");
/** The style of what stands behind the codes. */
const after = (codes: string): Style | undefined => parseAnsi(`${codes}x`).at(-1)?.style;

describe("colours of a terminal in a line", () => {
  const cases: [codes: string, style: Style][] = [
    ["\u001b[31m", { fg: 1 }],
    ["\u001b[1;97;44m", { bold: true, fg: 15, bg: 4 }],
    ["\u001b[31m\u001b[m", {}],
    [
      "\u001b[1;2;3;4;7;9m",
      { bold: true, dim: true, italic: true, underline: true, inverse: true, strike: true },
    ],
    ["\u001b[1;2;3;4;7;9m\u001b[22;23;24;27;29m", {}],
    ["\u001b[33;42m\u001b[39;49m", {}],
    ["\u001b[38;5;9m", { fg: 9 }],
    ["\u001b[38;5;196m", { fg: 9 }],
    ["\u001b[48;5;232m", { bg: 0 }],
    ["\u001b[38;2;250;3;3;1m", { fg: 9, bold: true }],
    ["\u001b[38:2::0:200:0m", { fg: 2 }],
    ["\u001b[38:5:12m", { fg: 12 }],
    ["\u001b[4:3m", { underline: true }],
    ["\u001b[4m\u001b[4:0m", {}],
    // Nothing is hidden, and what is not understood changes nothing.
    ["\u001b[8m", {}],
    ["\u001b[38;5;999m", {}],
    ["\u001b[31;77m", { fg: 1 }],
  ];
  for (const [codes, style] of cases)
    it(`are ${JSON.stringify(style)} after ${JSON.stringify(codes)}`, () =>
      assert.deepEqual(after(codes), style));

  it("leave a text without sequences exactly as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const plain = text.replaceAll("\u001b[", "");
        assert.equal(textOf(plain), plain);
        assert.ok(parseAnsi(plain).every(({ style }) => Object.keys(style).length === 0));
      }),
    );
  });

  it("take away what sets colours, and nothing else: no other sequence is obeyed", () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        "\u001b[2J",
        "\u001b[10;10H",
        "\u001b]0;title\u0007",
        "\u001b]8;;https://example.com\u001b\\",
        "\u001b[?1049h",
        "\u001bc",
        "\u009b31m",
        "\u001b[",
        "\u001b[31",
        "\u001b[=5m",
      ),
      fc
        .array(fc.oneof(fc.nat(120).map(String), fc.constantFrom("", "4:3", "38:5", "38", "48")), {
          maxLength: 8,
        })
        .map((codes) => `\u001b[${codes.join(";")}m`),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        const text = pieces.join("");
        assert.equal(textOf(text), text.replace(/\u001b\[[0-9;:]{0,100}m/g, ""));
        for (const { style } of parseAnsi(text))
          for (const color of [style.fg, style.bg])
            assert.ok(color === undefined || (color >= 0 && color < 16));
      }),
    );
  });

  it("cost no more elements than so many, however often they change", () => {
    const text = "\u001b[31mx".repeat(50_000);
    const spans = parseAnsi(text);
    assert.equal(spans.length, 1001);
    assert.equal(spans.at(-1)?.text.length, text.length - 1001 * 6 + 1);
  });
});

describe("colours of a theme", () => {
  it("are read as the editor writes them", () => {
    assert.deepEqual(readColor("#fff"), [255, 255, 255, 1]);
    assert.deepEqual(readColor(" #102030 "), [16, 32, 48, 1]);
    assert.deepEqual(readColor("#10203000"), [16, 32, 48, 0]);
    assert.deepEqual(readColor("rgba(1, 2, 3, 0.5)"), [1, 2, 3, 0.5]);
    assert.equal(readColor("red"), undefined);
    assert.equal(readColor(""), undefined);
    assert.equal(writeColor([1.4, 2.6, 3, 1]), "rgb(1, 3, 3)");
  });

  it("are told from what is behind them, and stay as they are where they are already", () => {
    const part = fc.nat(255);
    const color = fc.tuple(part, part, part, fc.constant(1)) as fc.Arbitrary<Color>;
    fc.assert(
      fc.property(color, color, fc.constantFrom(4.5, 7), (front, behind, least) => {
        const found = readable(front, behind, least);
        // Grey of a middle lightness has nothing that stands out by 7.
        const most = Math.max(contrast([0, 0, 0, 1], behind), contrast([255, 255, 255, 1], behind));
        assert.ok(contrast(found, behind) >= Math.min(least, most) - 1e-9);
        if (contrast(front, behind) >= least) assert.deepEqual(found, front);
      }),
    );
  });
});
