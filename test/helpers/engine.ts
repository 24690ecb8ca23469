import { createEngine, type Engine } from "../../src/engine/engine.ts";
import { type Log, silent } from "../../src/lib/log.ts";
import type { ConfigInput } from "../../src/protocol/engine.ts";

export interface RunningEngine {
  readonly engine: Engine;
  /** Applies these values as workspace settings of `folder`. */
  apply(values: unknown): ReturnType<Engine["configure"]>;
}

/** A real engine over `<folder>/data`, closed when the test ends. */
export function runEngine(
  t: { after(fn: () => Promise<void>): void },
  folder: string,
  given: Partial<ConfigInput> = {},
  log: Log = silent,
): RunningEngine {
  const engine = createEngine({ log });
  t.after(() => engine.close());
  return {
    engine,
    apply: (values) =>
      engine.configure({
        layers: [{ origin: "workspace", baseDir: folder, values }],
        folders: [{ name: "test", path: folder }],
        trusted: true,
        dataDir: `${folder}/data`,
        ...given,
      }),
  };
}
