import { appendFile, open } from "node:fs/promises";

/**
 * Appends whole lines to a file of lines. A line that a kill, a full disk or an editor left without its end does not
 * swallow the first of them.
 * @throws what the file system throws; some of the text may be there then
 */
export async function appendLines(file: string, text: string): Promise<void> {
  await appendFile(file, ((await endsOpen(file)) ? "\n" : "") + text);
}

/** Whether the last line lacks its end. */
async function endsOpen(file: string): Promise<boolean> {
  const handle = await open(file, "r").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (!handle) return false;
  try {
    const { size } = await handle.stat();
    if (size === 0) return false;
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] !== 0x0a;
  } finally {
    await handle.close();
  }
}
