import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import type { Frame } from "playwright-core";
import { type Color, contrast, over, readColor } from "../../../../src/webview/log/contrast.ts";
import { tempFolder } from "../../../helpers/temp.ts";
import { until } from "../../../helpers/until.ts";
import type { Theme, Workbench } from "../../../helpers/vscode-workbench.ts";
import { createAppLog, openLogView, openOnAppLog, says } from "./log-window.ts";

const NAMES = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];
const TOKENS = [...NAMES, ...NAMES.map((name) => `Bright${name}`)].map((name) => `terminal-ansi${name}`);
/** How a sequence asks for one of the sixteen. */
const front = (index: number) => (index < 8 ? 30 + index : 82 + index);
const back = (index: number) => front(index) + 10;
const SIXTEEN = TOKENS.map((_, index) => index);

/** A word by its name, and what is asked for before it. */
type Words = Readonly<Record<string, string>>;
const FRONTS: Words = Object.fromEntries(SIXTEEN.map((index) => [`front${index}`, String(front(index))]));
const BACKS: Words = Object.fromEntries(SIXTEEN.map((index) => [`back${index}`, String(back(index))]));
const BOLD: Words = { bold: "1", boldred: "1;31", plainred: "31" };
/** Each of the sixteen on each. */
const PAIRS: Words = Object.fromEntries(
  SIXTEEN.flatMap((a) => SIXTEEN.map((b) => [`pair${a}on${b}`, `${front(a)};${back(b)}`])),
);
const STEPS = [0, 95, 175, 255];
const MORE: Words = {
  ...Object.fromEntries(Array.from({ length: 256 }, (_, n) => [`of${n}`, `38;5;${n}`])),
  ...Object.fromEntries(Array.from({ length: 256 }, (_, n) => [`on${n}`, `48;5;${n}`])),
  ...Object.fromEntries(
    STEPS.flatMap((r) =>
      STEPS.flatMap((g) =>
        STEPS.map((b) => [`true${r}-${g}-${b}`, `38;2;${r};${g};${b};48;2;${b};${r};${g}`]),
      ),
    ),
  ),
};
/** A row shows no more than so many characters. */
const ROOM = 1500;
const LINES = linesOf({ ...FRONTS, ...BACKS, ...BOLD, ...PAIRS, ...MORE });

interface Seen {
  readonly color: Color;
  readonly background: Color;
  readonly weight: number;
}

/** The colours that a page has for the words of a terminal, and what the theme says of them. */
describe("colours of a terminal in the log view", () => {
  const folder = tempFolder({ after });
  let faults: string[];
  let workbench: Workbench;
  let frame: Frame;

  /** The words in sight as they are drawn. */
  const drawn = async (): Promise<ReadonlyMap<string, Seen>> => {
    const read = `[...document.querySelectorAll(".body .ansi")].map((span) => {
      const { color, backgroundColor, fontWeight } = getComputedStyle(span);
      return [span.textContent, { color, backgroundColor, fontWeight }];
    })`;
    const all = (await frame.evaluate(read)) as [string, Record<string, string>][];
    return new Map(
      all.map(([word, { color, backgroundColor, fontWeight }]) => [
        word,
        { color: colorOf(color), background: colorOf(backgroundColor), weight: Number(fontWeight) },
      ]),
    );
  };
  /** What the theme has for a name, over what is behind all text. */
  const tokens = async (): Promise<{ readonly of: (name: string) => Color }> => {
    const names = [...TOKENS, "editor-background"];
    const read = `((names) => {
      const probe = document.body.appendChild(document.createElement("i"));
      const found = names.map((name) => {
        probe.style.color = "var(--vscode-" + name + ")";
        return [name, getComputedStyle(probe).color];
      });
      probe.remove();
      return found;
    })(${JSON.stringify(names)})`;
    const found = new Map((await frame.evaluate(read)) as [string, string][]);
    const page = colorOf(found.get("editor-background"));
    return { of: (name) => over(colorOf(found.get(name)), page) };
  };
  const themed = new Map<Theme, readonly Color[]>();

  before(async () => {
    const lineOf = (number: number, time: number) =>
      JSON.stringify({
        time: new Date(time).toISOString(),
        level: "info",
        msg: LINES[number],
      });
    createAppLog(folder, LINES.length, lineOf);
    ({ workbench, faults } = await openOnAppLog(folder));
    frame = await openLogView(workbench);
    await says(frame, ".state", `${LINES.length} of ${LINES.length} lines`);
  });
  after(() => workbench?.stop());

  for (const theme of ["dark", "light", "hc-black", "hc-light"] satisfies Theme[]) {
    const least = theme.startsWith("hc-") ? 7 : 4.5;

    it(`are those of the theme ${theme}, changed only where they could not be read`, async () => {
      await workbench.setTheme(theme);
      const { of } = await tokens();
      const page = of("editor-background");
      const wanted = TOKENS.map(of);
      const fits = async () => {
        const words = await drawn();
        return wanted.every((color, index) => same(words.get(`back${index}`)?.background, color))
          ? words
          : undefined;
      };
      const words = await until(fits, { timeout: 60_000, what: () => `the backgrounds of ${theme}` });
      const seen = (word: string) => words.get(word) ?? assert.fail(`${word} is not drawn`);
      let kept = 0;
      for (const [index, color] of wanted.entries()) {
        const { color: drawnIn } = seen(`front${index}`);
        const told = `${theme}: ${TOKENS[index]} is drawn as ${drawnIn.join()}`;
        assert.ok(contrast(drawnIn, page) >= least, told);
        if (contrast(color, page) >= least) {
          assert.ok(same(drawnIn, color), told);
          kept++;
        } else assert.ok(isShade(drawnIn, color), told);
      }
      assert.ok(kept >= 3, `${theme} has ${kept} colours that can be read`);
      themed.set(theme, wanted);
    });

    it(`can be read on each other in ${theme}, also those beyond the sixteen`, async () => {
      const page = (await tokens()).of("editor-background");
      const words = await drawn();
      const faint = [...Object.keys(PAIRS), ...Object.keys(MORE)].filter((word) => {
        const { color, background } = words.get(word) ?? assert.fail(`${word} is not drawn`);
        const behind = over(background, page);
        // Of a middle lightness nothing is told by 7.
        const most = Math.max(contrast([0, 0, 0, 1], behind), contrast([255, 255, 255, 1], behind));
        return contrast(color, behind) < Math.min(least, most) - 0.05;
      });
      assert.deepEqual(faint, []);
    });
  }

  it("are bold where that is asked for, in the colour that is asked for", async () => {
    const words = await drawn();
    const [bold, boldRed, red] = [words.get("bold"), words.get("boldred"), words.get("plainred")];
    assert.ok(bold && boldRed && red);
    assert.ok(bold.weight >= 600 && boldRed.weight >= 600 && red.weight < 600);
    assert.deepEqual(boldRed.color, red.color);
  });

  it("are others in another theme", () => {
    const [dark, light] = [themed.get("dark"), themed.get("light")];
    assert.ok(dark && light);
    assert.ok(SIXTEEN.filter((index) => !same(dark[index], light[index])).length >= 8);
  });

  it("break no rule of the page", () => assert.deepEqual(faults, []));
});

function linesOf(words: Words): readonly string[] {
  const lines: string[] = [];
  for (const [word, codes] of Object.entries(words)) {
    const text = `\u001b[${codes}m${word}\u001b[0m`;
    const last = lines.at(-1);
    if (last === undefined || last.length + text.length > ROOM) lines.push(text);
    else lines[lines.length - 1] = last + text;
  }
  return lines;
}

function colorOf(text: string | undefined): Color {
  return readColor(text ?? "") ?? assert.fail(`"${text}" is no colour`);
}

/** Parts of colours are rounded. */
function same(a: Color | undefined, b: Color | undefined): boolean {
  return (
    a !== undefined && b !== undefined && [0, 1, 2].every((i) => Math.abs((a[i] ?? 0) - (b[i] ?? 0)) <= 1)
  );
}

/** Whether a colour is another one with some white or black in it. */
function isShade(shade: Color, of: Color): boolean {
  const shares = Array.from({ length: 101 }, (_, i) => i / 100);
  return [0, 255].some((end) =>
    shares.some((share) =>
      [0, 1, 2].every((i) => Math.abs((of[i] ?? 0) * (1 - share) + end * share - (shade[i] ?? 0)) <= 2),
    ),
  );
}
