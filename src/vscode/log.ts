import * as vscode from "vscode";
import type { Disposable } from "../lib/disposables.ts";
import type { Log } from "../lib/log.ts";

/** The output channel "Log Monitor"; its level is the one the user chose for it in the editor. */
export function createOutput(): Log & Disposable & { show(): void } {
  const channel = vscode.window.createOutputChannel("Log Monitor", { log: true });
  return {
    debug: (message) => channel.debug(message),
    info: (message) => channel.info(message),
    warn: (message) => channel.warn(message),
    error: (message) => channel.error(message),
    show: () => channel.show(true),
    dispose: () => channel.dispose(),
  };
}
