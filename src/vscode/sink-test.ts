import * as vscode from "vscode";
import { reasonOf } from "../errors.ts";
import { createDisposables, type Disposable } from "../lib/disposables.ts";
import type { Log } from "../lib/log.ts";
import type { ConfigInput, SinkTest } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";
import type { Surroundings } from "./places.ts";
import { spotOfItem } from "./whereabouts.ts";

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

/** A sink that did not answer well, marked where it is configured. */
interface Bad {
  readonly uri: vscode.Uri;
  readonly mark: vscode.Diagnostic;
  /** Records delivered, as the last snapshot since then told; undefined before it. */
  delivered: number | undefined;
}

/**
 * Tries sinks whose configuration was changed while the engine runs. What is wrong is marked in Problems, until the
 * sink is changed or delivers: who changed it may be nobody in this window.
 */
export function testEditedSinks(
  engine: EngineHost,
  settings: () => ConfigInput,
  around: () => Surroundings,
  log: Log,
): Disposable {
  const own = createDisposables();
  const collection = own.add(vscode.languages.createDiagnosticCollection("logMonitor.sinks"));
  const bad = new Map<string, Bad>();
  // What a thread is given first was not edited just now.
  let first = true;
  let turn = 0;
  const draw = (): void => {
    collection.clear();
    collection.set([...bad.values()].map(({ uri, mark }) => [uri, [mark]]));
  };
  const forget = (ids: readonly string[]): void => {
    if (ids.filter((id) => bad.delete(id)).length > 0) draw();
  };
  const tryOut = async (sink: string): Promise<void> => {
    const mine = turn;
    const { good, text } = await engine.call("testSink", { sink });
    log[good ? "info" : "warn"](`${sink} was tried: ${text}`);
    const spot = good ? undefined : await spotOfItem(["sinks", sink], settings(), around());
    if (!spot || mine !== turn) return;
    const { Warning } = vscode.DiagnosticSeverity;
    const mark = new vscode.Diagnostic(new vscode.Range(...spot.range), `${sink}: ${text}`, Warning);
    mark.source = "Log Monitor";
    bad.set(sink, { uri: vscode.Uri.file(spot.file), mark, delivered: undefined });
    draw();
  };
  own.add(
    engine.onState(({ name }) => {
      if (name === "starting") first = true;
    }),
  );
  own.add(
    engine.onApplied(({ added, changed, removed, waiting = [] }) => {
      const idsOf = (parts: readonly string[]) =>
        parts.flatMap((part) => /^sinks\.(.+)$/.exec(part)?.[1] ?? []);
      const edited = idsOf([...added, ...changed]);
      if (edited.length > 0) turn++;
      forget([...edited, ...idsOf(removed)]);
      if (first) {
        first = false;
        return;
      }
      const held = waiting.map(({ part }) => part);
      const tried = edited.filter((id) => id !== "store" && !held.includes(`sinks.${id}`));
      for (const sink of tried.slice(0, MOST)) {
        tryOut(sink).catch((error) => log.debug(`${sink} was not tried: ${reasonOf(error)}`));
      }
    }),
  );
  own.add(
    engine.onSnapshot(({ sinks }) => {
      const good: string[] = [];
      for (const [sink, one] of bad) {
        const delivered = sinks.find(({ id }) => id === sink)?.delivered;
        if ((delivered ?? 0) > (one.delivered ?? Number.POSITIVE_INFINITY)) good.push(sink);
        // A snapshot may be of the sink as it was before, which counted on its own.
        one.delivered = delivered;
      }
      forget(good);
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
