/** Red, green and blue from 0 to 255, and how much of it covers what lies below, from 0 to 1. */
export type Color = readonly [red: number, green: number, blue: number, alpha: number];

/** A colour as the editor writes it into its variables: `#rgb`, `#rrggbb`, `#rrggbbaa`, `rgb()` or `rgba()`. */
export function readColor(text: string): Color | undefined {
  const [, digits] = /^#([0-9a-f]{3,8})$/i.exec(text.trim()) ?? [];
  if (digits !== undefined) {
    const pairs = digits.length < 6 ? [...digits].map((digit) => digit + digit) : (digits.match(/../g) ?? []);
    const [red = 0, green = 0, blue = 0, alpha = 255] = pairs.map((pair) => Number.parseInt(pair, 16));
    return [red, green, blue, alpha / 255];
  }
  const [, list] = /^rgba?\(([^)]*)\)$/.exec(text.trim()) ?? [];
  const [red, green, blue, alpha = 1] = list?.split(/[\s,/]+/).map(Number) ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [red, green, blue, alpha].every(Number.isFinite) ? [red, green, blue, alpha] : undefined;
}

export function writeColor([red, green, blue]: Color): string {
  return `rgb(${Math.round(red)}, ${Math.round(green)}, ${Math.round(blue)})`;
}

/** A colour over another one that nothing shines through. */
export function over([red, green, blue, alpha]: Color, below: Color): Color {
  return mixed([red, green, blue, 1], below, alpha);
}

/** As WCAG 2 has it, from 1 to 21. */
export function contrast(a: Color, b: Color): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((one, other) => other - one);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

/** The colour, made lighter or darker until it is told from what is behind it. */
export function readable(color: Color, behind: Color, least: number): Color {
  const white: Color = [255, 255, 255, 1];
  const black: Color = [0, 0, 0, 1];
  const end = contrast(white, behind) >= contrast(black, behind) ? white : black;
  for (let share = 0; share < 1; share += 0.05) {
    const tried = mixed(end, color, share);
    if (contrast(tried, behind) >= least) return tried;
  }
  return end;
}

function mixed(a: Color, b: Color, share: number): Color {
  const part = (i: 0 | 1 | 2) => a[i] * share + b[i] * (1 - share);
  return [part(0), part(1), part(2), 1];
}

function luminance([red, green, blue]: Color): number {
  const linear = (value: number) => {
    const part = value / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
}
