import assert from "node:assert/strict";
import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { createEngine, type Engine } from "../../src/engine/engine.ts";
import { type Log, silent } from "../../src/lib/log.ts";
import { until } from "../helpers/until.ts";
import { checkAccounts } from "./accounts.ts";
import { check } from "./check.ts";
import { createConfiguration } from "./configuration.ts";
import { startInflux } from "./influx.ts";
import type { Step } from "./steps.ts";
import { clear, happen, type World } from "./world.ts";
import { createWriter } from "./writer.ts";

/** How long (ms) all sinks together may take at the end, when nothing stands in their way. */
const PATIENCE = 20_000;
/** So often (ms) a sink that waits is told to try again. */
const NUDGE = 50;

export const isPoison = (raw: string): boolean => raw.includes('"poison":true');

/** Does the steps to an engine in this process, then compares what each sink has with what was written. */
export async function play(folder: string, steps: readonly Step[], journal: Log = silent): Promise<void> {
  mkdirSync(join(folder, "out"), { recursive: true });
  const server = await startInflux(isPoison);
  const configuration = createConfiguration(folder, server.url);
  let engine: Engine | undefined;

  const apply = async (to: Engine): Promise<void> => {
    const { issues } = await to.configure({
      layers: [{ origin: "workspace", baseDir: folder, values: configuration.values() }],
      folders: [{ name: "test", path: folder }],
      trusted: true,
      dataDir: join(folder, "data"),
    });
    assert.deepEqual(issues, []);
  };
  const begin = async (): Promise<Engine> => {
    if (engine) return engine;
    engine = createEngine({ log: journal });
    await apply(engine);
    return engine;
  };
  const end = async (): Promise<void> => {
    await engine?.close();
    engine = undefined;
  };
  /** Another engine stands by on the same data folder: from before this one ends, or as it ends. */
  const takeOver = async (before: boolean): Promise<void> => {
    const next = createEngine({ log: journal, standBy: true });
    const applied = apply(next);
    if (before) await applied;
    await end();
    engine = next;
    await applied;
    await until(() => runs(next));
  };
  /** Everything that was written is read and durable, and delivered to sinks that do not fail. */
  const settle = async (patience = 0): Promise<number> => {
    const running = await begin();
    configuration.restore();
    await apply(running);
    await running.start({});
    await running.resume({});
    const nudging = setInterval(() => void running.start({}), NUDGE);
    try {
      return (await running.drain(patience)).undelivered;
    } finally {
      clearInterval(nudging);
    }
  };
  const writer = createWriter(join(folder, "logs"), async () => void (await settle()));

  const world: World = { folder, writer, server };
  const act = async (step: Step): Promise<void> => {
    const happening = happen(step, world);
    if (happening) return happening;
    switch (step.type) {
      case "reload": {
        const applied: Promise<void>[] = [];
        for (const edit of step.edits) {
          configuration.edit(edit, writer.lines.length);
          if (engine) applied.push(apply(engine));
        }
        await Promise.all(applied);
        return;
      }
      case "pause":
      case "resume":
      case "stop":
        return engine?.[step.type]({});
      case "start":
        return void (await (await begin()).start({}));
      case "restart":
        await end();
        return void (await begin());
      case "end":
        return end();
      case "hand over":
      case "take over":
        return takeOver(step.type === "take over");
      case "replay letters":
        return void (await engine?.replayDead({ sink: "influx" }));
      case "drain":
        return writer.settle();
      case "turn":
        return new Promise((resolve) => setImmediate(resolve));
    }
  };

  try {
    await begin();
    for (const step of steps) {
      journal.debug(`step ${JSON.stringify(step)}`);
      await act(step);
    }
    writer.finish();
    await clear(world);
    const undelivered = await settle(PATIENCE);
    const states = engine?.snapshot().sinks.map(({ id, state, lastError }) => ({ id, state, lastError }));
    assert.equal(undelivered, 0, `records are left: ${JSON.stringify(states)}`);
    await until(() => !existsSync(join(folder, "data", "dead", "influx.replay.ndjson")));
    await end();
    check(folder, writer.lines, server, configuration.extra);
    checkAccounts(join(folder, "data"), writer.lines, writer.bytes);
  } finally {
    await end();
    await server.close();
  }
}

/** One that stands by has nothing of its own to ask for. */
function runs(engine: Engine): boolean {
  try {
    return engine.deadFile({ sink: "influx" }) !== "";
  } catch {
    return false;
  }
}
