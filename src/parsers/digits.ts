/** The number that `count` decimal digits at `start` write; NaN when one of them is none. */
export function digits(text: string, start: number, count: number): number {
  let value = 0;
  for (let at = start; at < start + count; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Index after the run of decimal digits that begins at `start`. */
export function digitsEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code < 48 || code > 57) break;
    at++;
  }
  return at;
}

const POWERS = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

/**
 * The number written as digits with at most one dot (`12`, `1.005`) between two indices; NaN when it is
 * none. Exact: up to 15 digits, mantissa and power of ten are both whole doubles and one division rounds once.
 */
export function decimal(text: string, start: number, end: number): number {
  if (end - start > 16 || end <= start) return longDecimal(text, start, end);
  let value = 0;
  let dot = -1;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 46) {
      if (dot >= 0) return Number.NaN;
      dot = at;
      continue;
    }
    const digit = code - 48;
    if (!(digit >= 0 && digit <= 9)) return Number.NaN;
    value = value * 10 + digit;
  }
  if (dot < 0) return end - start > 15 ? longDecimal(text, start, end) : value;
  // A dot alone, before or after all digits is no number that a log writes.
  if (dot === start || dot === end - 1) return Number.NaN;
  return value / (POWERS[end - dot - 1] ?? 1);
}

function longDecimal(text: string, start: number, end: number): number {
  const part = text.slice(start, end);
  return /^\d+(?:\.\d+)?$/.test(part) ? Number(part) : Number.NaN;
}
