import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { openReader } from "../../src/store/reader.ts";
import { until } from "../helpers/until.ts";
import { checkAccounts } from "./accounts.ts";
import { check } from "./check.ts";
import { createConfiguration } from "./configuration.ts";
import { startInflux } from "./influx.ts";
import { isPoison } from "./play.ts";
import type { ProcessStep } from "./steps.ts";
import { clear, happen, type World } from "./world.ts";
import { createWriter } from "./writer.ts";

const cli = resolve(import.meta.dirname, "../../dist/cli.js");
/** How long (ms) reading all there is may take, and a process to end when it is asked to. */
const PATIENCE = 30_000;

/** The command line as a process. */
interface Child {
  /** Sends the signal and resolves when it has ended. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Resolves when it ended by itself. */
  readonly ended: Promise<void>;
}

function startCli(folder: string, args: readonly string[], said: (text: string) => void): Child {
  const child = spawn(process.execPath, [cli, ...args], {
    cwd: folder,
    env: { ...process.env, NODE_TEST_CONTEXT: undefined, NODE_OPTIONS: undefined },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", said);
  const ended = once(child, "close").then(() => {});
  return {
    async end(signal) {
      child.kill(signal);
      const late = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
      await ended;
      clearTimeout(late);
    },
    ended,
  };
}

/** Does the steps to the command line, which is killed with −9, then compares what each sink has with what was written. */
export async function playProcess(folder: string, steps: readonly ProcessStep[]): Promise<void> {
  mkdirSync(join(folder, "out"), { recursive: true });
  const server = await startInflux(isPoison);
  const configuration = createConfiguration(folder, server.url);
  const reader = openReader(join(folder, "data"));
  let child: Child | undefined;
  let output = "";
  const said = (text: string): void => {
    output = (output + text).slice(-4000);
  };

  const configure = (): void => {
    const file = join(folder, "log-monitor.json");
    writeFileSync(`${file}.new`, JSON.stringify({ dataDir: "data", ...configuration.values() }));
    renameSync(`${file}.new`, file);
  };
  const begin = (): void => {
    child ??= startCli(folder, ["run"], said);
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    await child?.end(signal);
    child = undefined;
  };
  /** The store has no faults: what it holds was read. */
  const settle = async (): Promise<void> => {
    configuration.restore();
    configure();
    begin();
    await until(() => reader.count() >= writer.lines.length, {
      timeout: PATIENCE,
      what: "all lines in the store",
    }).catch(() => {});
  };
  const writer = createWriter(join(folder, "logs"), settle);

  const world: World = { folder, writer, server };
  const act = async (step: ProcessStep): Promise<void> => {
    const happening = happen(step, world);
    if (happening) return happening;
    switch (step.type) {
      case "reload":
        // When it comes into force is not known: of a sink that is added nothing is due.
        for (const edit of step.edits) configuration.edit(edit, Number.POSITIVE_INFINITY);
        return configure();
      case "wait":
        return delay(step.ms);
      case "kill":
        await end("SIGKILL");
        return begin();
      case "kill for good":
        return end("SIGKILL");
      case "restart":
        await end("SIGTERM");
        return begin();
      case "start":
        return begin();
    }
  };

  try {
    configure();
    begin();
    for (const step of steps) await act(step);
    await clear(world);
    await writer.settle();
    await end("SIGTERM");
    const last = startCli(folder, ["run", "--once"], said);
    await last.ended;
    assert.doesNotMatch(output, /undelivered/);
    check(folder, writer.lines, server, configuration.extra);
    checkAccounts(join(folder, "data"), writer.lines, writer.bytes);
  } catch (error) {
    throw new Error(`the command line said: ${output}`, { cause: error });
  } finally {
    await end("SIGKILL");
    reader.close();
    await server.close();
  }
}
