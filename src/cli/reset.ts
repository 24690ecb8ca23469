import { existsSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { parseConfig } from "../config/parse.ts";
import { holderOf, tryLock } from "../engine/lock.ts";
import { LOOK_EVERY, replayFiles } from "../engine/replay.ts";
import { UserError } from "../errors.ts";
import { makeFolder } from "../lib/folders.ts";
import { defineCommand, UsageError } from "./command.ts";
import { configInput } from "./input.ts";

/** How long (ms) whoever runs on the folder may take to see what is asked of it. */
const PATIENCE = 10 * LOOK_EVERY;
const LOOK = 50;

export const reset = defineCommand({
  usage: "--sink S [--config FILE] [--data-dir DIR]",
  about: `Has a sink try again at once in the Log Monitor that runs on the data folder, whatever it waits for: its
breaker, a backoff, or what the server asked for (Retry-After, up to a day).`,
  options: {
    sink: { type: "string", value: "S", help: "id of the sink" },
    config: { type: "string", short: "c", value: "FILE", help: "configuration that `run` was given" },
    "data-dir": { type: "string", value: "DIR", help: "what `run` was given" },
  },
  async run(values, _, host) {
    const { sink } = values;
    if (sink === undefined) throw new UsageError("name the sink with --sink");
    const { config } = await parseConfig(configInput(values, host.cwd), host.env);
    if (!config.sinks.has(sink)) {
      const names = [...config.sinks.keys()].join(", ");
      throw new UserError(`the configuration has no sink ${sink}; it has ${names || "none"}`);
    }
    const { dataDir } = config;
    const lock = existsSync(dataDir) ? tryLock(dataDir) : undefined;
    lock?.release();
    if (lock || !existsSync(dataDir))
      throw new UserError(`nothing runs on ${dataDir}: a sink that is started has nothing to wait for`);
    const holder = holderOf(dataDir) ?? "unknown";
    const request = replayFiles(dataDir, sink).reset;
    makeFolder(dirname(request));
    writeFileSync(request, "");
    const stop = new AbortController();
    host.stops.listen(() => stop.abort());
    const deadline = performance.now() + PATIENCE;
    while (existsSync(request)) {
      if (performance.now() > deadline || stop.signal.aborted) {
        rmSync(request, { force: true });
        throw new UserError(
          `process ${holder}, which runs on ${dataDir}, did not answer, or has no sink ${sink}`,
        );
      }
      await delay(LOOK);
    }
    host.out(`${sink} tries again, in process ${holder}\n`);
    return 0;
  },
});
