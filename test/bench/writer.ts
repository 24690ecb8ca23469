import { statSync } from "node:fs";
import { cli, measure } from "./child.ts";

/** Something that writes lines of the nginx format at a rate. */
export interface Writer {
  /** Lines a second, as the growth of the file tells; of those that are there already it needs some. */
  reached(): number;
  stop(): Promise<unknown>;
}

/**
 * @param path a log of the same format
 * @param bytes of a line, on average
 */
export function write(path: string, rate: number, bytes: number): Writer {
  const [began, size] = [performance.now(), statSync(path).size];
  const writer = measure(cli, ["generate", "--format", "nginx", "--path", path, "--rate", String(rate)]);
  return {
    reached: () => ((statSync(path).size - size) * 1000) / bytes / (performance.now() - began),
    stop: writer.stop,
  };
}
