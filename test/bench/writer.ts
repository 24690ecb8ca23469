import { statSync } from "node:fs";
import { cli, measure } from "./child.ts";

interface Writing {
  /** A log of the nginx format, which is appended to. */
  readonly path: string;
  /** Lines a second that are asked for, and that must be reached. */
  readonly rate: number;
  readonly least: number;
  /** Of a line, on average. */
  readonly bytes: number;
}

/**
 * Does something while lines of the nginx format are written at a rate.
 * @param act gets how many lines a second were written so far, as the growth of the file tells
 * @throws when too few were
 */
export async function whileWriting<T>(
  { path, rate, least, bytes }: Writing,
  act: (reached: () => number) => Promise<T>,
): Promise<T> {
  const [began, size] = [performance.now(), statSync(path).size];
  const writer = measure(cli, ["generate", "--format", "nginx", "--path", path, "--rate", String(rate)]);
  const reached = () => ((statSync(path).size - size) * 1000) / bytes / (performance.now() - began);
  try {
    const done = await act(reached);
    if (reached() < least) throw new Error(`only ${reached().toFixed(0)} lines a second were written`);
    return done;
  } finally {
    await writer.stop();
  }
}
