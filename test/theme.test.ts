import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const root = join(import.meta.dirname, "..");

/** All names of colours: CSS Color Module Level 4, https://www.w3.org/TR/css-color-4/#named-colors */
const NAMES =
  `aliceblue antiquewhite aqua aquamarine azure beige bisque black blanchedalmond blue blueviolet brown
  burlywood cadetblue chartreuse chocolate coral cornflowerblue cornsilk crimson cyan darkblue darkcyan
  darkgoldenrod darkgray darkgreen darkgrey darkkhaki darkmagenta darkolivegreen darkorange darkorchid darkred
  darksalmon darkseagreen darkslateblue darkslategray darkslategrey darkturquoise darkviolet deeppink deepskyblue
  dimgray dimgrey dodgerblue firebrick floralwhite forestgreen fuchsia gainsboro ghostwhite gold goldenrod gray
  green greenyellow grey honeydew hotpink indianred indigo ivory khaki lavender lavenderblush lawngreen
  lemonchiffon lightblue lightcoral lightcyan lightgoldenrodyellow lightgray lightgreen lightgrey lightpink
  lightsalmon lightseagreen lightskyblue lightslategray lightslategrey lightsteelblue lightyellow lime limegreen
  linen magenta maroon mediumaquamarine mediumblue mediumorchid mediumpurple mediumseagreen mediumslateblue
  mediumspringgreen mediumturquoise mediumvioletred midnightblue mintcream mistyrose moccasin navajowhite navy
  oldlace olive olivedrab orange orangered orchid palegoldenrod palegreen paleturquoise palevioletred papayawhip
  peachpuff peru pink plum powderblue purple rebeccapurple red rosybrown royalblue saddlebrown salmon sandybrown
  seagreen seashell sienna silver skyblue slateblue slategray slategrey snow springgreen steelblue tan teal thistle
  tomato turquoise violet wheat white whitesmoke yellow yellowgreen`
    .split(/\s+/)
    .join("|");
/** `#rgb`, `#rrggbbaa`, `rgb(…)` and all other functions that make a colour of numbers; not in a longer word. */
const NUMBERS =
  /(?<![\w&])#(?:[\da-f]{8}|[\da-f]{6}|[\da-f]{3,4})(?![\w-])|(?<![\w-])(?:rgba?|hsla?|hwb|lab|lch|oklab|oklch)\(\s*[^)\s]|(?<![\w-])color\((?:srgb|display-p3|xyz)/gi;
/** In a style sheet, a colour by its name as a value or part of one. */
const NAMED = new RegExp(String.raw`(?<![\w-])(?:${NAMES})(?![\w-])`, "gi");
/** In code, a string that is such a name. */
const NAMED_TEXT = new RegExp(String.raw`(["'\`])(?:${NAMES})\1`, "g");

const withoutComments = (text: string): string =>
  text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/[^\n]*/g, "$1");

/** What follows the colon of each declaration; selectors, properties and names of tokens are left out. */
function valuesOf(css: string): string[] {
  return [...withoutComments(css).matchAll(/[\w-]+\s*:\s*([^;{}]+)[;}]/g)].map(([, value = ""]) =>
    value.replaceAll(/--[\w-]+/g, "").replaceAll(/url\([^)]*\)/g, ""),
  );
}

function literalsInCss(css: string): string[] {
  return valuesOf(css).flatMap((value) => [...(value.match(NUMBERS) ?? []), ...(value.match(NAMED) ?? [])]);
}

function literalsInCode(code: string): string[] {
  // Templates that put numbers together which were worked out from the theme are no literals.
  const plain = withoutComments(code).replaceAll(/(?:rgba?|hsla?)\(\$\{/g, "(");
  return [...(plain.match(NUMBERS) ?? []), ...(plain.match(NAMED_TEXT) ?? [])];
}

describe("colours", () => {
  it("are found wherever one is written down", () => {
    const css = `a { color: #fff; background: rgb(1 2 3); border: 1px solid darkred }
      b { --tone: color-mix(in srgb, hsl(0 0% 0%) 50%, transparent); box-shadow: 0 0 2px BLACK; }
      #add { color: var(--vscode-charts-red); white-space: pre; /* #123456 */ grid-area: redo; fill: currentColor; }`;
    assert.deepEqual(literalsInCss(css), ["#fff", "rgb(1", "darkred", "hsl(0", "BLACK"]);
    const code = `const a = "#12ab34"; // red
      style.color = 'red'; fill("rgba(0, 0, 0, 0.5)"); const b = \`rgb(\${red}, 1)\`; const red = "redone"; t("#1 of {0}");`;
    assert.deepEqual(literalsInCode(code), ["#12ab34", "rgba(0", "'red'"]);
  });

  for (const [path, find] of [
    ...globSync("src/webview/**/*.css", { cwd: root }).map((path) => [path, literalsInCss] as const),
    ...globSync("src/{webview,vscode}/**/*.ts", { cwd: root }).map((path) => [path, literalsInCode] as const),
  ])
    it(`are the theme's in ${path}`, () =>
      assert.deepEqual(find(readFileSync(join(root, path), "utf8")), []));
});
