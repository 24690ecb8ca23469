import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { EngineHost } from "./engine-host.ts";
import { CONTEXT } from "./ids.ts";
import type { SampleLog } from "./sample.ts";

/** Keeps the keys that the manifest's conditions go by. */
export function createContextKeys(
  engine: EngineHost,
  sample: SampleLog,
): Disposable & { setConfigured(configured: boolean): void; setAmiss(amiss: boolean): void } {
  const own = createDisposables();
  const set = (key: string, value: unknown): void =>
    void vscode.commands.executeCommand("setContext", key, value);
  own.add(engine.onState(({ name }) => set(CONTEXT.engine, name)));
  own.add(sample.onChange(() => set(CONTEXT.sampling, sample.running)));
  let wrong: boolean | undefined;
  return {
    setAmiss(amiss) {
      if (amiss !== wrong) set(CONTEXT.amiss, amiss);
      wrong = amiss;
    },
    setConfigured: (configured) => set(CONTEXT.configured, configured),
    dispose: () => own.dispose(),
  };
}
