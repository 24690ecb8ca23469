/** Colours and fonts of the editor's theme, read when asked for. */
export interface Theme {
  /** Value of a CSS variable, usable on a canvas. */
  color(name: string): string;
  /** The same, let through by `share` (0 to 1). */
  translucent(name: string, share: number): string;
  /** Font of small text on a canvas. */
  font(): string;
  readonly highContrast: boolean;
  /** Calls back after the theme was changed. */
  onChange(listener: () => void): void;
}

/** The editor writes its variables to the root element's style and the kind of theme to the body's classes. */
export function createTheme(): Theme {
  const listeners: (() => void)[] = [];
  let style = getComputedStyle(document.documentElement);
  let values = new Map<string, string>();
  const read = (name: string): string => {
    let value = values.get(name);
    if (value === undefined) {
      value = style.getPropertyValue(name).trim();
      values.set(name, value);
    }
    return value;
  };
  const color = (name: string) => read(name) || read("--vscode-foreground") || "currentColor";
  const observer = new MutationObserver(() => {
    style = getComputedStyle(document.documentElement);
    values = new Map();
    for (const listener of listeners) listener();
  });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  return {
    color,
    translucent: (name, share) => `color-mix(in srgb, ${color(name)} ${share * 100}%, transparent)`,
    font: () => `11px ${read("--vscode-font-family") || "sans-serif"}`,
    get highContrast() {
      return /\bvscode-high-contrast/.test(document.body.className);
    },
    onChange: (listener) => void listeners.push(listener),
  };
}
