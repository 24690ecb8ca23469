import * as vscode from "vscode";
import { reasonOf } from "../errors.ts";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Log } from "../lib/log.ts";
import type { SinkTest } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";

/** So many sinks that were edited at once are tried by themselves. */
const MOST = 5;

/**
 * Tries a sink's destination, with a way to give it up, and tells what came of it.
 * @returns undefined when it was given up
 */
export async function testConnection(engine: EngineHost, sink: string): Promise<SinkTest | undefined> {
  const result = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Testing the connection of {0}", sink),
      cancellable: true,
    },
    async (_, token) => {
      const listening = token.onCancellationRequested(() => {
        engine.call("cancelTest", { sink }).catch(() => undefined);
      });
      try {
        return await engine.call("testSink", { sink });
      } catch (error) {
        if (token.isCancellationRequested) return undefined;
        throw error;
      } finally {
        listening.dispose();
      }
    },
  );
  if (result?.good) void vscode.window.showInformationMessage(goodText(result));
  else if (result) tellBad(result);
  return result;
}

/** Tries sinks whose configuration was changed while the engine runs: what is wrong is told, else a word in passing. */
export function testEditedSinks(engine: EngineHost, log: Log): Disposable {
  const own = createDisposables();
  // What a thread is given first was not edited just now.
  let first = true;
  const tryOut = async (sink: string): Promise<void> => {
    const result = await engine.call("testSink", { sink });
    if (result.good) vscode.window.setStatusBarMessage(goodText(result), 5000);
    else tellBad(result);
  };
  own.add(
    engine.onState(({ name }) => {
      if (name === "starting") first = true;
    }),
  );
  own.add(
    engine.onApplied(({ added, changed }) => {
      if (first) {
        first = false;
        return;
      }
      const edited = [...added, ...changed].flatMap((part) => /^sinks\.(.+)$/.exec(part)?.[1] ?? []);
      for (const sink of edited.filter((id) => id !== "store").slice(0, MOST)) {
        tryOut(sink).catch((error) => log.debug(`${sink} was not tried: ${reasonOf(error)}`));
      }
    }),
  );
  return own;
}

function goodText({ sink, text }: SinkTest): string {
  return vscode.l10n.t("{0} is good: {1}", sink, text);
}

/** Not awaited: whoever asked goes on, whether or not the message is closed. */
function tellBad({ sink, text }: SinkTest): void {
  const open = vscode.l10n.t("Open Configuration");
  vscode.window.showWarningMessage(`Log Monitor: ${sink}: ${text}`, open).then((choice) => {
    if (choice === open)
      void vscode.commands.executeCommand("logMonitor.openConfiguration", { id: `sink:${sink}` });
  });
}
