/** Read buffers shared by all files of a source: their number bounds the reads under way, and memory. */
export interface Buffers {
  /** Waits for a free buffer, first come, first served: many busy files take turns of one buffer each. */
  acquire(): Promise<Buffer>;
  release(buffer: Buffer): void;
}

export function createBuffers(count: number, bytes: number): Buffers {
  const free: Buffer[] = [];
  const waiting: ((buffer: Buffer) => void)[] = [];
  let made = 0;
  return {
    acquire() {
      const buffer = free.pop();
      if (buffer) return Promise.resolve(buffer);
      if (made < count) {
        made++;
        return Promise.resolve(Buffer.allocUnsafeSlow(bytes));
      }
      return new Promise((resolve) => waiting.push(resolve));
    },
    release(buffer) {
      const next = waiting.shift();
      if (next) next(buffer);
      else free.push(buffer);
    },
  };
}
