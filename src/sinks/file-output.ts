import { createHash } from "node:crypto";
import { type FileHandle, open, readdir, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { RetryLater, reasonOf } from "../errors.ts";
import { makeFolderAsync } from "../lib/folders.ts";

/** So many bytes before a place tell whether a file is still the one that was written. */
const MARK_BYTES = 64;

/** A place in a file, fit to be found again: device, inode and what stands before it. */
export interface Place {
  readonly dev: string;
  readonly ino: string;
  readonly length: number;
  /** Hash of the last bytes before `length`. */
  readonly mark: string;
}

/** What happened to a file since the last look. */
export type Fate = "same" | "moved" | "grown" | "shrunk";

/** A file that only grows by whole appends, and what others do to it meanwhile. */
export interface Output {
  /** False for pipes and devices: they have no length and can't be read again. */
  readonly regular: boolean;
  readonly length: number;
  /** The place at the end, or at an earlier length (bytes). */
  place(length?: number): Promise<Place>;
  /** Whether another place lies in this very file, unchanged. */
  holds(place: Place): Promise<boolean>;
  /** Looks at the path: a file that was moved away or deleted is replaced by a new one. */
  look(): Promise<Fate>;
  /** Appends all bytes, or none as far as the file system allows. */
  append(bytes: Buffer): Promise<void>;
  /** Cuts the file at a length (bytes). */
  cut(length: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a file for appending; it and its folders are made when they are not there. */
export async function openOutput(path: string): Promise<Output> {
  let handle = await make(path);
  let { dev, ino, size, regular } = await lookAt(handle);
  let tail: Buffer | undefined;
  /** Bytes of a write that failed and that could not be taken back. */
  let partial = 0;

  const end = async (): Promise<Buffer> => {
    tail ??= await before(path, size);
    return tail;
  };
  const takeBack = async (): Promise<void> => {
    // What someone else wrote behind it stays: then the torn line must stay too.
    if ((await handle.stat()).size === size + partial) await handle.truncate(size);
    partial = 0;
  };

  return {
    get regular() {
      return regular;
    },
    get length() {
      return size;
    },
    async place(length = size) {
      if (!regular) return { dev, ino, length: 0, mark: "" };
      const bytes = length === size ? await end() : await before(path, length);
      return { dev, ino, length, mark: hash(bytes) };
    },
    async holds(place) {
      if (place.dev !== dev || place.ino !== ino || place.length > size) return false;
      return hash(await before(path, place.length)) === place.mark;
    },
    async look() {
      if (!regular) return "same";
      if (partial > 0) await takeBack();
      const now = await stat(path, { bigint: true }).catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      });
      if (!now || String(now.dev) !== dev || String(now.ino) !== ino) {
        const next = await make(path);
        await handle.close().catch(() => {});
        handle = next;
        ({ dev, ino, size, regular } = await lookAt(handle));
        tail = undefined;
        return "moved";
      }
      const before = size;
      if (Number(now.size) === before) return "same";
      size = Number(now.size);
      tail = undefined;
      return size > before ? "grown" : "shrunk";
    },
    async append(bytes) {
      let at = 0;
      try {
        while (at < bytes.length) at += (await handle.write(bytes, at)).bytesWritten;
      } catch (error) {
        // What a full disk let through must not stand before the second try.
        partial = at;
        await takeBack().catch(() => {});
        throw error;
      }
      if (!regular) return;
      // Bytes that stand must not be reported as failed because the path went meanwhile: nothing is read then.
      tail =
        bytes.length >= MARK_BYTES ? Buffer.from(bytes.subarray(-MARK_BYTES)) : tail && joined(tail, bytes);
      size += bytes.length;
    },
    async cut(length) {
      await handle.truncate(length);
      size = length;
      tail = undefined;
    },
    close: () => handle.close(),
  };
}

/** Where the file of a place is now, when it was moved within its folder. */
export async function findMoved(path: string, place: Place): Promise<string | undefined> {
  const folder = dirname(path);
  for (const name of await readdir(folder)) {
    const other = join(folder, name);
    const found = await stat(other, { bigint: true }).catch(() => undefined);
    if (!found?.isFile() || String(found.dev) !== place.dev || String(found.ino) !== place.ino) continue;
    if (Number(found.size) < place.length) return undefined;
    return hash(await before(other, place.length)) === place.mark ? other : undefined;
  }
  return undefined;
}

/** What opening an output threw, with what to do about it where that is known. */
export function unwritable(path: string, error: unknown): unknown {
  const { code = "" } = error as NodeJS.ErrnoException;
  const said = reasonOf(error);
  if (code === "EISDIR") return new RetryLater(`path: ${path} is a folder: name a file in it`);
  if (code === "ENOTDIR" || code === "EEXIST")
    return new RetryLater(`path: a file is in the place of a folder of ${path} (${said}): correct path`);
  if (code === "ENOENT") return new RetryLater(`path: ${path} can't be made (${said}): correct path`);
  if (code === "EACCES" || code === "EPERM" || code === "EROFS")
    return new RetryLater(
      `path: ${path} is not writable (${said}): allow this user to write there, or correct path`,
    );
  return error;
}

async function make(path: string): Promise<FileHandle> {
  await makeFolderAsync(dirname(path));
  return open(path, "a");
}

async function lookAt(handle: FileHandle) {
  const found = await handle.stat({ bigint: true });
  const regular = found.isFile();
  return { dev: String(found.dev), ino: String(found.ino), size: regular ? Number(found.size) : 0, regular };
}

function joined(tail: Buffer, bytes: Buffer): Buffer {
  return Buffer.concat([tail, bytes]).subarray(-MARK_BYTES);
}

/** The last bytes before a length. */
async function before(path: string, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(MARK_BYTES, length));
  if (bytes.length === 0) return bytes;
  const file = await open(path, "r");
  try {
    const { bytesRead } = await file.read(bytes, 0, bytes.length, length - bytes.length);
    return bytes.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

function hash(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}
