import { createZstdDecompress, type ZstdDecompress } from "node:zlib";

/** So many are unpacked at once. */
const LANES = 3;
/** Bytes that come at once: memory up to here is used again, more would be got from the system each time. */
const CHUNK = 64 << 10;

/** Unpacks zstd frames on the thread pool, while this thread does something else. */
export interface Unpacker {
  /**
   * @param size what comes out, in bytes, where it is known
   * @returns the bytes, cut anywhere. Rejects for a damaged frame, and after `close`.
   */
  unpack(frame: Uint8Array, size?: number): Promise<readonly Buffer[]>;
  close(): void;
}

interface Job {
  readonly frame: Uint8Array;
  readonly size: number | undefined;
  readonly done: (pieces: readonly Buffer[]) => void;
  readonly failed: (error: Error) => void;
}

/** A lane keeps its decompressor: a new one for each frame would be half a megabyte of new memory. */
export function createUnpacker(): Unpacker {
  const waiting: Job[] = [];
  const lanes = Array.from({ length: LANES }, createLane);
  let closed = false;

  const next = (): void => {
    for (const lane of lanes) {
      if (lane.busy) continue;
      const job = waiting.shift();
      if (!job) return;
      lane.run(job, next);
    }
  };

  return {
    unpack(frame, size) {
      if (closed) return Promise.reject(new Error("the store was closed"));
      return new Promise((done, failed) => {
        waiting.push({ frame, size, done, failed });
        next();
      });
    },
    close() {
      closed = true;
      for (const { failed } of waiting.splice(0)) failed(new Error("the store was closed"));
      for (const lane of lanes) lane.close();
    },
  };
}

function createLane() {
  let stream: ZstdDecompress | undefined;
  let job: Job | undefined;
  let pieces: Buffer[] = [];
  let ended: (() => void) | undefined;

  const settle = (error?: Error): void => {
    const [was, all, then] = [job, pieces, ended];
    job = ended = undefined;
    pieces = [];
    const size = all.reduce((sum, { length }) => sum + length, 0);
    const wrong =
      error ?? (was?.size === undefined || was.size === size ? undefined : new Error("it is cut off"));
    if (wrong) {
      stream?.destroy();
      stream = undefined;
      was?.failed(wrong);
    } else was?.done(all);
    then?.();
  };

  const open = (): ZstdDecompress => {
    const opened = createZstdDecompress({ chunkSize: CHUNK });
    opened.on("data", (piece: Buffer) => pieces.push(piece));
    // One that was given up has nobody left to tell.
    opened.on("error", (error) => opened === stream && settle(error));
    return opened;
  };

  return {
    get busy() {
      return job !== undefined;
    },
    run(its: Job, then: () => void) {
      [job, ended] = [its, then];
      stream ??= open();
      stream.write(its.frame, (error) => {
        if (job === its) settle(error ?? undefined);
      });
    },
    close() {
      if (job) settle(new Error("the store was closed"));
      stream?.destroy();
      stream = undefined;
    },
  };
}
