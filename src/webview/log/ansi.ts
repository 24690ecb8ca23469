/** How a terminal would show a stretch of text. Colours are 0 to 15, as a theme has them; absent: its own. */
export interface Style {
  readonly fg?: number;
  readonly bg?: number;
  readonly bold?: true;
  readonly dim?: true;
  readonly italic?: true;
  readonly underline?: true;
  readonly strike?: true;
  readonly inverse?: true;
}

export interface Span {
  readonly text: string;
  readonly style: Style;
}

/** What sets the colours of what follows (ECMA-48, select graphic rendition). */
const SGR = /\u001b\[([0-9;:]{0,100})m/g;
/** What comes after so many changes is text: a line must not cost more elements than it has words. */
const MOST = 1000;

/** The colours that xterm has for 0 to 15, to know which of them another colour is like. */
const LIKE: readonly (readonly [number, number, number])[] = [
  [0, 0, 0],
  [205, 0, 0],
  [0, 205, 0],
  [205, 205, 0],
  [0, 0, 238],
  [205, 0, 205],
  [0, 205, 205],
  [229, 229, 229],
  [127, 127, 127],
  [255, 0, 0],
  [0, 255, 0],
  [255, 255, 0],
  [92, 92, 255],
  [255, 0, 255],
  [0, 255, 255],
  [255, 255, 255],
];

/**
 * Text with the styles that its SGR sequences ask for, which are left out. All else stays as it is: no other
 * sequence is obeyed, nothing is concealed, and colours beyond a terminal's sixteen become the one that is most
 * like them, which the theme knows to show.
 */
export function parseAnsi(text: string): readonly Span[] {
  const spans: Span[] = [];
  let style: Style = {};
  let from = 0;
  const add = (until: number): void => {
    if (until > from) spans.push({ text: text.slice(from, until), style });
  };
  for (const found of text.matchAll(SGR)) {
    if (spans.length >= MOST) break;
    add(found.index);
    from = found.index + found[0].length;
    style = styled(style, found[1] ?? "");
  }
  add(text.length);
  return spans;
}

/** What is seen of a text whose colours are painted, or (`raw`) shown as text. */
export function paintedText(text: string, raw: boolean, show: (text: string) => string): string {
  if (raw || !hasAnsi(text)) return show(text);
  return parseAnsi(text)
    .map((span) => show(span.text))
    .join("");
}

/** Whether a text has a sequence at all. */
export function hasAnsi(text: string): boolean {
  return text.includes("\u001b[");
}

function styled(before: Style, parameters: string): Style {
  let style = before;
  const codes = parameters.split(";");
  for (let i = 0; i < codes.length; i++) {
    const [code = 0, ...rest] = (codes[i] ?? "").split(":").map(Number);
    if (code !== 38 && code !== 48) {
      style = changed(style, code, rest[0]);
      continue;
    }
    // 38;5;n and 38;2;r;g;b, or the same with colons, where a colour space may stand before r.
    const colons = rest.length > 0;
    const kind = colons ? rest[0] : Number(codes[i + 1]);
    const values = colons
      ? rest.slice(rest.length > 4 ? -3 : 1)
      : codes.slice(i + 2, i + (kind === 5 ? 3 : 5)).map(Number);
    if (!colons) i += kind === 5 ? 2 : kind === 2 ? 4 : 1;
    const color = kind === 5 ? ofPalette(values[0]) : kind === 2 ? nearest(values) : undefined;
    if (color !== undefined) style = { ...style, [code === 38 ? "fg" : "bg"]: color };
  }
  return style;
}

function changed(style: Style, code: number, variant: number | undefined): Style {
  const without = (...names: readonly string[]): Style =>
    Object.fromEntries(Object.entries(style).filter(([name]) => !names.includes(name)));
  if (code >= 30 && code <= 37) return { ...style, fg: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, fg: code - 82 };
  if (code >= 40 && code <= 47) return { ...style, bg: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, bg: code - 92 };
  switch (code) {
    case 0:
      return {};
    case 1:
      return { ...style, bold: true };
    case 2:
      return { ...style, dim: true };
    case 3:
      return { ...style, italic: true };
    case 4:
      return variant === 0 ? without("underline") : { ...style, underline: true };
    case 7:
      return { ...style, inverse: true };
    case 9:
      return { ...style, strike: true };
    case 21:
      return { ...style, underline: true };
    case 22:
      return without("bold", "dim");
    case 23:
      return without("italic");
    case 24:
      return without("underline");
    case 27:
      return without("inverse");
    case 29:
      return without("strike");
    case 39:
      return without("fg");
    case 49:
      return without("bg");
    default:
      return style;
  }
}

/** One of 256 colours: the sixteen, a cube of six steps, and grey. */
function ofPalette(index: number | undefined): number | undefined {
  if (index === undefined || !(index >= 0 && index <= 255)) return undefined;
  if (index < 16) return index;
  if (index >= 232) {
    const grey = 8 + 10 * (index - 232);
    return nearest([grey, grey, grey]);
  }
  const step = (place: number) => (place === 0 ? 0 : 55 + 40 * place);
  const cube = index - 16;
  return nearest([step(Math.floor(cube / 36)), step(Math.floor(cube / 6) % 6), step(cube % 6)]);
}

function nearest(color: readonly number[]): number | undefined {
  const [red = Number.NaN, green = Number.NaN, blue = Number.NaN] = color;
  let best: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [i, [r, g, b]] of LIKE.entries()) {
    const distance = (r - red) ** 2 + (g - green) ** 2 + (b - blue) ** 2;
    if (distance >= least) continue;
    best = i;
    least = distance;
  }
  return best;
}
