import { statSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";

export interface BadDisk {
  /** From now on the file can't be read, whatever its name is, though it can be opened. */
  spoil(file: string): void;
  mend(): void;
}

/** Has open files of this process fail as those on a bad disk do, until the test ends. */
export async function badDisk(t: { after(fn: () => void): void }): Promise<BadDisk> {
  const handle = await open(import.meta.filename);
  const prototype: FileHandle = Object.getPrototypeOf(handle);
  await handle.close();
  const { read } = prototype;
  const bad = new Set<number>();
  const give = (value: unknown): void =>
    void Object.defineProperty(prototype, "read", { value, configurable: true, writable: true });
  give(async function (this: FileHandle, ...given: unknown[]) {
    const { ino } = await this.stat();
    if (!bad.has(ino)) return Reflect.apply(read, this, given);
    throw Object.assign(new Error("EIO: i/o error, read"), { code: "EIO", errno: -5, syscall: "read" });
  });
  t.after(() => give(read));
  return { spoil: (file) => void bad.add(statSync(file).ino), mend: () => bad.clear() };
}
