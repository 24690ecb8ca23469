const LF = 10;

/** Where lines end in the bytes of an encoding. Bytes that are given begin with a whole unit. */
export interface LineEnds {
  /** Bytes of which a line end is one. */
  readonly unit: 1 | 2;
  /** The index behind the first line end at or after `from`; 0 if there is none. */
  next(bytes: Buffer, from: number): number;
  /** The index behind the last line end; 0 if there is none. */
  last(bytes: Buffer): number;
  /** The unit at an index, which may be a half of a character; undefined if it is not whole. */
  at(bytes: Uint8Array, index: number): number | undefined;
}

/**
 * In all encodings of the Encoding Standard but UTF-16, a byte 0x0A is a line end and nothing else: the trail
 * bytes of GB18030 and GBK are 0x30–0x39 and 0x40–0xFE (§10.2), of Big5 0x40–0xFE (§11.1), of EUC-JP 0xA1–0xFE
 * (§12.1), of ISO-2022-JP 0x21–0x7E (§12.2), of Shift_JIS 0x40–0xFC (§12.3), of EUC-KR 0x41–0xFE (§13.1).
 */
const bytewise: LineEnds = {
  unit: 1,
  next: (bytes, from) => bytes.indexOf(LF, from) + 1,
  last: (bytes) => bytes.lastIndexOf(LF) + 1,
  at: (bytes, index) => bytes[index],
};

/** U+000A in UTF-16. @param low which of a unit's two bytes is the low one */
function wide(low: 0 | 1): LineEnds {
  const isEnd = (bytes: Uint8Array, at: number): boolean => at % 2 === low && bytes[at ^ 1] === 0;
  return {
    unit: 2,
    next(bytes, from) {
      let at = bytes.indexOf(LF, from);
      while (at >= 0 && !isEnd(bytes, at)) at = bytes.indexOf(LF, at + 1);
      return at < 0 ? 0 : (at | 1) + 1;
    },
    last(bytes) {
      let at = bytes.lastIndexOf(LF);
      // A negative index would count from the end.
      while (at > 0 && !isEnd(bytes, at)) at = bytes.lastIndexOf(LF, at - 1);
      return at < 0 || !isEnd(bytes, at) ? 0 : (at | 1) + 1;
    },
    at(bytes, index) {
      const [one, other] = [bytes[index + low], bytes[index + 1 - low]];
      return one === undefined || other === undefined ? undefined : other * 256 + one;
    },
  };
}

const little = wide(0);
const big = wide(1);

/** @param encoding a name of the Encoding Standard */
export function lineEndsOf(encoding: string): LineEnds {
  return encoding === "utf-16le" ? little : encoding === "utf-16be" ? big : bytewise;
}
