import { statSync } from "node:fs";
import { resolve } from "node:path";
import { unusable } from "../engine/folder.ts";
import { whereIs } from "../engine/where.ts";
import { UserError } from "../errors.ts";
import type { LineTrace } from "../protocol/engine.ts";
import { askRunning } from "./running.ts";

/**
 * Where a line is, as `inspect` is asked for it.
 * @throws UserError for what is no place of a line, and when the data folder can't be used
 */
export async function traced(
  dataDir: string,
  cwd: string,
  file: string | undefined,
  line: string | undefined,
): Promise<LineTrace> {
  if (file === undefined || line === undefined)
    throw new UserError("--file and --line belong together: give both, as in --file access.log --line 120");
  const number = Number(line);
  if (!/^\d+$/.test(line) || number < 1)
    throw new UserError(`--line ${line} is no line: give a number from 1 on`);
  const path = resolve(cwd, file);
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory())
    throw new UserError(`--file ${file} is a folder: name a file in it`);
  const running = await askRunning(dataDir);
  try {
    return await whereIs(dataDir, { file: path, line: number }, running?.sinks ?? []);
  } catch (error) {
    throw unusable(dataDir, error);
  }
}
