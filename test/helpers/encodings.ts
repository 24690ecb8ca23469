/** Encodings as a log may have them, with letters that are awkward in them. */
export const encodings: readonly { readonly name: string; readonly letters: readonly string[] }[] = [
  { name: "utf-8", letters: ["ä", "日", "😀"] },
  // Their bytes are those of line ends, in the wrong place.
  {
    name: "utf-16le",
    letters: ["ä", "日", "😀", "\u0a0a", "\u0a00", "\u000b", "\u0d0a", "\u010a", "\u0a0d"],
  },
  {
    name: "utf-16be",
    letters: ["ä", "日", "😀", "\u0a0a", "\u0a00", "\u000b", "\u0d0a", "\u010a", "\u0a0d"],
  },
  { name: "gbk", letters: ["中", "文", "亀"] },
  { name: "gb18030", letters: ["中", "文", "😀", "ß"] },
  // The second byte of the first two is a backslash.
  { name: "shift_jis", letters: ["表", "ソ", "日", "ｱ"] },
  { name: "big5", letters: ["功", "中", "文"] },
  { name: "euc-kr", letters: ["한", "국"] },
  { name: "euc-jp", letters: ["日", "本", "ｱ"] },
  { name: "windows-1252", letters: ["ä", "€", "ÿ"] },
  { name: "windows-1251", letters: ["Ж", "ё"] },
  { name: "koi8-r", letters: ["Ж", "ё"] },
];

export const marks: Readonly<Record<string, Buffer>> = {
  "utf-8": Buffer.from([0xef, 0xbb, 0xbf]),
  "utf-16le": Buffer.from([0xff, 0xfe]),
  "utf-16be": Buffer.from([0xfe, 0xff]),
};

const tables = new Map<string, ReadonlyMap<string, Buffer>>();

/** The bytes of a text; of legacy encodings, those that the decoder takes for it. */
export function encode(text: string, encoding: string): Buffer {
  if (encoding === "utf-8") return Buffer.from(text);
  if (encoding === "utf-16le") return Buffer.from(text, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(text, "utf16le").swap16();
  const table = tables.get(encoding) ?? tableOf(encoding);
  tables.set(encoding, table);
  return Buffer.concat(
    [...text].map((letter) => {
      const bytes = (letter.codePointAt(0) ?? 0) < 0x80 ? Buffer.from(letter) : table.get(letter);
      if (!bytes) throw new Error(`${letter} is not in ${encoding}`);
      return bytes;
    }),
  );
}

function tableOf(encoding: string): Map<string, Buffer> {
  const decoder = new TextDecoder(encoding, { fatal: true });
  // U+1F600 is of four bytes: GB 18030-2005, as the Encoding Standard counts its ranges (§10.2.2).
  const table = new Map<string, Buffer>();
  if (encoding === "gb18030") table.set("😀", Buffer.from("9439fc36", "hex"));
  const add = (bytes: Buffer): void => {
    try {
      const letter = decoder.decode(bytes);
      if ([...letter].length === 1 && !table.has(letter)) table.set(letter, bytes);
    } catch {
      // No letter.
    }
  };
  for (let lead = 0x80; lead <= 0xff; lead++) {
    add(Buffer.from([lead]));
    for (let trail = 0x30; trail <= 0xfe; trail++) add(Buffer.from([lead, trail]));
    if (encoding !== "gb18030") continue;
    for (let third = 0x81; lead === 0x81 && third <= 0xfe; third++)
      for (let fourth = 0x30; fourth <= 0x39; fourth++) add(Buffer.from([lead, 0x30, third, fourth]));
  }
  return table;
}
