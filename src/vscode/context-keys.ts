import * as vscode from "vscode";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Consent } from "./consent.ts";
import type { EngineHost } from "./engine-host.ts";
import { CONTEXT, STEPS } from "./ids.ts";
import { possible } from "./possible.ts";
import type { SampleLog } from "./sample.ts";
import type { Secrets } from "./secrets.ts";

/** The editor gets the list anew whenever it changes. */
const MOST_FILES = 1_000;

function set(key: string, value: unknown): void {
  void vscode.commands.executeCommand("setContext", key, value);
  const step = value === true && STEPS[key];
  // A completion event passes over what was so before the editor read the walkthrough, as after a start it often was.
  // It throws while it has not read it, and keeps the tick all the same.
  if (step) void vscode.commands.executeCommand("welcome.markStepComplete", step).then(undefined, () => {});
}

/** Keeps the keys that the manifest's conditions go by. */
export function createContextKeys(
  engine: EngineHost,
  sample: SampleLog,
  secrets: Pick<Secrets, "names" | "onChanged">,
  consent: Pick<Consent, "allowed">,
): Disposable & { setConfigured(configured: boolean): void; setAmiss(amiss: boolean): void } {
  const told = new Map<string, string>();
  const own = createDisposables();
  own.add(engine.onState(({ name }) => set(CONTEXT.engine, name)));
  own.add(sample.onChange(() => set(CONTEXT.sampling, sample.running)));
  /** For what each snapshot tells: the editor hears of changes only. */
  const setChanged = (key: string, value: boolean | readonly string[]): void => {
    const text = JSON.stringify(value);
    if (told.get(key) !== text) set(key, value);
    told.set(key, text);
  };
  own.add(
    engine.onSnapshot((snapshot) => {
      const { sources, sinks } = snapshot;
      for (const [key, can] of Object.entries(possible(snapshot))) setChanged(key, can);
      setChanged(CONTEXT.sourceless, sources.length === 0);
      setChanged(CONTEXT.watched, sources.length > 0);
      const sending = sinks.some(({ type, consent }) => type !== "store" && !consent);
      setChanged(CONTEXT.sent, sending);
      const files = sources.flatMap((source) => source.files.map(({ path }) => path));
      setChanged(CONTEXT.files, files.slice(0, MOST_FILES));
    }),
  );
  const tellSecrets = (): void => setChanged(CONTEXT.secrets, secrets.names().length > 0);
  own.add(secrets.onChanged(tellSecrets));
  tellSecrets();
  const tellConsent = (waiting: boolean): void => {
    setChanged(CONTEXT.waiting, waiting);
    setChanged(CONTEXT.allowed, consent.allowed().length > 0);
  };
  own.add(engine.onApplied(({ waiting = [] }) => tellConsent(waiting.length > 0)));
  tellConsent(false);
  return {
    setAmiss: (amiss) => setChanged(CONTEXT.amiss, amiss),
    setConfigured: (configured) => set(CONTEXT.configured, configured),
    dispose: () => own.dispose(),
  };
}

/** Tells the editor, once, that what a step of the walkthrough asks for was done. */
export function createDeed(key: string): () => void {
  let done = false;
  return () => {
    if (!done) set(key, true);
    done = true;
  };
}
