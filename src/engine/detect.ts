import { open } from "node:fs/promises";
import { decoderOf, sniff, UTF8 } from "../lib/encoding.ts";
import { createParser } from "../parsers/index.ts";
import type { Detection } from "../protocol/engine.ts";

/** So many of a file's first bytes hold more lines than `auto` looks at. */
const FIRST = 64 * 1024;

/**
 * What the parser `auto` takes a file for, from its first whole lines.
 * @throws when the file can't be read
 */
export async function detectParser({ path }: { readonly path: string }): Promise<Detection> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(FIRST), 0, FIRST, 0);
    const { encoding, mark } = sniff(buffer.subarray(0, bytesRead), UTF8);
    const text = decoderOf(encoding)(buffer.subarray(mark, bytesRead));
    const lines = text.slice(0, text.lastIndexOf("\n") + 1).split(/\r?\n/);
    lines.pop();
    const parser = createParser("auto", {}, { timezone: undefined, ignoreOffset: false });
    const origin = { source: "", file: path, key: "" };
    for (const line of lines) parser.parse(line, origin, 0, 0);
    return { parser: parser.name, lines: lines.length };
  } finally {
    await file.close();
  }
}
