import { el, setText } from "../dom.ts";
import type { Theme } from "../theme.ts";
import { hasAnsi, paintedText, parseAnsi, type Style } from "./ansi.ts";
import { type Color, over, readable, readColor, writeColor } from "./contrast.ts";
import { visible } from "./visible.ts";

const NAMES = ["Black", "Red", "Green", "Yellow", "Blue", "Magenta", "Cyan", "White"];
/** How far colours are to stand out, as WCAG 2 has it for text: AA, and AAA in themes of high contrast. */
const LEAST = 4.5;
const LEAST_HIGH = 7;

/** Puts text of logs into elements. */
export interface Painter {
  /** @param show makes what is in a text visible */
  paint(element: HTMLElement, text: string, show?: (text: string) => string): void;
  /** The text alone, as it is put there. */
  shown(text: string, show: (text: string) => string): string;
  /** Sequences of terminals are shown as text instead of colours. */
  setRaw(raw: boolean): void;
}

/** Colours as the theme has them for the terminal, told from what is behind them. @param changed they are others now */
export function createPainter(theme: Theme, changed: () => void): Painter {
  const known = new Map<string, { color: string | undefined; background: string | undefined }>();
  let raw = false;
  theme.onChange(() => {
    known.clear();
    changed();
  });

  const themed = (name: string, fallback: Color): Color => readColor(theme.color(name)) ?? fallback;

  const resolved = (fg: number | undefined, bg: number | undefined) => {
    const page = themed("--vscode-editor-background", [0, 0, 0, 1]);
    const text = over(themed("--vscode-foreground", [255, 255, 255, 1]), page);
    const ansi = (index: number, fallback: Color) => {
      const name = `--vscode-terminal-ansi${index > 7 ? "Bright" : ""}${NAMES[index % 8]}`;
      return over(themed(name, fallback), page);
    };
    const behind = bg === undefined ? page : ansi(bg, page);
    const front = fg === undefined ? text : ansi(fg, text);
    const least = theme.highContrast ? LEAST_HIGH : LEAST;
    return {
      color: writeColor(readable(front, behind, least)),
      background: bg === undefined ? undefined : writeColor(behind),
    };
  };

  const colorsOf = ({ fg, bg, inverse, dim }: Style) => {
    // The theme's own two colours, exchanged, are those of black on white or the other way round.
    const [front, back] = inverse
      ? [bg ?? 0, fg ?? 7]
      : [fg ?? (dim && bg === undefined ? 8 : undefined), bg];
    if (front === undefined && back === undefined) return undefined;
    const name = `${front}/${back}`;
    const found = known.get(name) ?? resolved(front, back);
    known.set(name, found);
    return found;
  };

  const spanOf = (text: string, style: Style): HTMLElement => {
    const { bold, italic, underline, strike } = style;
    const names = Object.entries({ bold, italic, underline, strike }).flatMap(([name, on]) =>
      on ? [name] : [],
    );
    const element = el("span", { class: ["ansi", ...names].join(" ") }, text);
    const colors = colorsOf(style);
    if (colors?.color) element.style.setProperty("--front", colors.color);
    if (colors?.background) element.style.setProperty("--behind", colors.background);
    return element;
  };

  return {
    paint(element, text, show = visible) {
      if (raw || !hasAnsi(text)) return setText(element, show(text));
      element.replaceChildren(...parseAnsi(text).map((span) => spanOf(show(span.text), span.style)));
    },
    shown: (text, show) => paintedText(text, raw, show),
    setRaw(next) {
      raw = next;
    },
  };
}
