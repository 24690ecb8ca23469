const WIDTH = 16;

/** One line of a dump: where it begins, its bytes in hex, and as ASCII with `.` for all else. */
export interface HexLine {
  readonly offset: string;
  readonly hex: string;
  readonly text: string;
}

/** @param hex two digits a byte */
export function hexLines(hex: string, offset: number): readonly HexLine[] {
  const bytes = hex.match(/../g) ?? [];
  const digits = Math.max(8, (offset + bytes.length).toString(16).length);
  return Array.from({ length: Math.ceil(bytes.length / WIDTH) }, (_, i) => {
    const own = bytes.slice(i * WIDTH, (i + 1) * WIDTH);
    const halves = [own.slice(0, WIDTH / 2), own.slice(WIDTH / 2)].map((half) => half.join(" "));
    return {
      offset: (offset + i * WIDTH).toString(16).padStart(digits, "0"),
      hex: halves.join("  ").padEnd(WIDTH * 3),
      text: own.map((byte) => letterOf(Number.parseInt(byte, 16))).join(""),
    };
  });
}

function letterOf(byte: number): string {
  return byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".";
}
