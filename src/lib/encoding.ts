import { nearest } from "./nearest.ts";

/** What a log is read as unless something says otherwise; decoders treat it apart, as it is what nearly all are. */
export const UTF8 = "utf-8";
const UTF16LE = "utf-16le";
const UTF16BE = "utf-16be";

/** Byte order marks, as the Encoding Standard (§6, "BOM sniff") knows them. */
const MARKS: readonly (readonly [encoding: string, mark: readonly number[]])[] = [
  [UTF8, [0xef, 0xbb, 0xbf]],
  [UTF16LE, [0xff, 0xfe]],
  [UTF16BE, [0xfe, 0xff]],
];
/** The longest mark's bytes. */
export const MARK_BYTES = 3;

/** Names of the Encoding Standard (§4.2), and those of their labels that people write. */
const KNOWN =
  "utf-8 utf8 utf-16le utf-16be utf-16 gbk gb2312 gb18030 big5 big5-hkscs shift_jis shift-jis sjis euc-jp iso-2022-jp euc-kr " +
  "latin1 ascii windows-1250 windows-1251 windows-1252 windows-1253 windows-1254 windows-1255 windows-1256 " +
  "windows-1257 windows-1258 windows-874 cp1250 cp1251 cp1252 iso-8859-1 iso-8859-2 iso-8859-3 iso-8859-4 " +
  "iso-8859-5 iso-8859-6 iso-8859-7 iso-8859-8 iso-8859-9 iso-8859-10 iso-8859-13 iso-8859-14 iso-8859-15 " +
  "iso-8859-16 koi8-r koi8-u macintosh ibm866";

/** The name that the Encoding Standard gives a label; undefined for what this runtime can't decode. */
export function encodingOf(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

/** What to write instead of a label that is none. */
export function unknownEncoding(label: string): string {
  const known = KNOWN.split(" ");
  if (known.includes(label.toLowerCase()))
    return `"${label}" is an encoding that can't be decoded here: the runtime lacks it`;
  const near = nearest(label.toLowerCase(), known);
  const names = "auto, or a name like utf-16le, gbk, gb18030, shift_jis, big5, euc-kr, latin1, windows-1252";
  return `"${label}" is no encoding: ${near === undefined ? `write ${names}` : `did you mean "${near}"? Write ${names}`}`;
}

/** What a file's first bytes say of all that follows. */
interface Sniffed {
  readonly encoding: string;
  /** Bytes of the mark at its head, 0 if there is none. */
  readonly mark: number;
  /** There are too few bytes to tell a mark from text. */
  readonly unsure: boolean;
}

/**
 * A byte order mark outranks what was configured, as everywhere on the web (Encoding Standard §6, "decode").
 * @param head up to `MARK_BYTES` first bytes of the file
 * @param otherwise the encoding of a file without a mark
 */
export function sniff(head: Uint8Array, otherwise: string): Sniffed {
  for (const [encoding, mark] of MARKS) {
    const common = Math.min(head.length, mark.length);
    if (mark.some((byte, at) => at < common && head[at] !== byte)) continue;
    if (common === mark.length) return { encoding, mark: common, unsure: false };
    return { encoding: otherwise, mark: 0, unsure: true };
  }
  return { encoding: otherwise, mark: 0, unsure: false };
}

/** Whether bytes that are all ASCII are the same text in this encoding. Not in ISO-2022-JP, which shifts by ESC. */
export function keepsAscii(encoding: string): boolean {
  return encoding !== UTF16LE && encoding !== UTF16BE && encoding !== "iso-2022-jp";
}

/** Those in which a line end is one byte, UTF-8 first, as far as this runtime can decode them. */
export function bytewiseEncodings(): readonly string[] {
  const found = KNOWN.split(" ").flatMap((label) => encodingOf(label) ?? []);
  return [...new Set(found)].filter((name) => name !== UTF16LE && name !== UTF16BE);
}

/**
 * Bytes 0x80–0x9F of windows-1252 (Encoding Standard §9). Node 22.13 to 24.11 decode them as ISO-8859-1
 * (nodejs/node#60888), so that encoding, which is also that of the label latin1, is not left to the runtime.
 */
const WESTERN = "€\u0081‚ƒ„…†‡ˆ‰Š‹Œ\u008dŽ\u008f\u0090‘’“”•–—˜™š›œ\u009džŸ";

function western(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
  return text.replace(/[\u0080-\u009f]/g, (letter) => WESTERN[letter.charCodeAt(0) - 0x80] ?? letter);
}

/** Invalid bytes become U+FFFD; a mark in the text stays, as it is no mark there. */
export function decoderOf(encoding: string): (bytes: Uint8Array) => string {
  if (encoding === "windows-1252") return western;
  const decoder = new TextDecoder(encoding, { ignoreBOM: true });
  return (bytes) => decoder.decode(bytes);
}

/**
 * How many of the bytes are whole characters of UTF-8 or UTF-16; the last of others are not looked at.
 * @param bytes beginning with a whole character
 */
export function wholeCharacters(bytes: Uint8Array, encoding: string): number {
  const { length } = bytes;
  if (encoding === UTF16LE || encoding === UTF16BE) {
    const units = length - (length % 2);
    const high = bytes[units - (encoding === UTF16LE ? 1 : 2)] ?? 0;
    return units >= 2 && high >= 0xd8 && high < 0xdc ? units - 2 : units;
  }
  if (encoding !== UTF8) return length;
  for (let back = 1; back <= 3 && back <= length; back++) {
    const byte = bytes[length - back] ?? 0;
    if (byte < 0x80) return length;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? length - back : length;
  }
  return length;
}
