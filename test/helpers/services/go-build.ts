import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { repository } from "../vscode-paths.ts";
import { withLock } from "./lock.ts";

const execute = promisify(execFile);

export interface GoProgram {
  /** The folder within `.cache/`, with the version in its name. */
  readonly folder: string;
  /** The name of the executable. */
  readonly file: string;
  /** How long a build may take, in milliseconds. */
  readonly timeout: number;
  /** What is said before a build. */
  readonly notice: string;
  /** Has Go put the executable into `folder`, where `go` runs it with arguments. */
  build(folder: string, go: (args: string[], env: NodeJS.ProcessEnv) => Promise<unknown>): Promise<void>;
}

/**
 * The path of a program in `.cache/`, where Go builds it once, by one process at a time.
 * @throws when there is no Go, or it can't build.
 */
export async function builtWithGo(program: GoProgram, say: (line: string) => void): Promise<string> {
  const home = join(repository, ".cache", program.folder);
  const path = join(home, program.file);
  if (existsSync(path)) return path;
  await execute("go", ["version"]);
  return withLock(`${home}.lock`, program.timeout, async () => {
    if (existsSync(path)) return path;
    say(program.notice);
    mkdirSync(join(repository, ".cache"), { recursive: true });
    const folder = mkdtempSync(`${home}.building-`);
    const { timeout } = program;
    try {
      await program.build(folder, (args, env) =>
        execute("go", args, {
          cwd: folder,
          env: { ...process.env, GOOS: "", GOARCH: "", ...env },
          timeout,
          maxBuffer: 1 << 24,
        }),
      );
      try {
        renameSync(folder, home);
      } catch (error) {
        if (!existsSync(path)) throw error;
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    return path;
  });
}

/** Why it could not be built: the last line that Go printed, else the message. */
export function reasonOf(error: unknown): string {
  const { message, stderr } = error as Error & { stderr?: string };
  return stderr?.trim().split("\n").at(-1) || message;
}
