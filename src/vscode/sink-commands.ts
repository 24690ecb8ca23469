import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { SinkFigures } from "../model.ts";
import type { EngineHost } from "./engine-host.ts";

/** What a command on a sink may be given: its row in the tree, or what the dashboard sends. */
interface Argument {
  readonly id?: string;
  readonly sink?: string | undefined;
}

/** The commands on one sink. */
export function sinkHandlers(engine: EngineHost) {
  return {
    async "logMonitor.resetSink"(argument?: Argument): Promise<void> {
      const waiting = ({ breaker, state }: SinkFigures): boolean =>
        breaker.state !== "closed" || state === "retrying" || state === "failed";
      const sink = await pickSink(engine, argument, vscode.l10n.t("Reset Sink"), waiting);
      if (sink) await engine.call("resetSink", { sink });
    },
    async "logMonitor.showDeadLetters"(argument?: Argument): Promise<void> {
      const sink = await pickSink(engine, argument, vscode.l10n.t("Show Dead Letters"), hasLetters);
      if (!sink) return;
      const uri = vscode.Uri.file(await engine.call("deadFile", { sink }));
      if (!(await exists(uri))) throw new UserError(vscode.l10n.t("{0} has no dead letters.", sink));
      const document = await vscode.workspace.openTextDocument(uri);
      await vscode.window.showTextDocument(document, { preview: false });
    },
    async "logMonitor.replayDeadLetters"(argument?: Argument): Promise<string | undefined> {
      const sink = await pickSink(engine, argument, vscode.l10n.t("Replay Dead Letters"), hasLetters);
      if (!sink) return undefined;
      const path = await engine.call("deadFile", { sink });
      // What is seen is what is sent.
      const open = vscode.workspace.textDocuments.find(
        ({ uri }) => uri.fsPath === vscode.Uri.file(path).fsPath,
      );
      if (open?.isDirty && !(await open.save()))
        throw new UserError(vscode.l10n.t("The dead letters could not be saved: nothing was sent."));
      const { letters, bad, underWay } = await engine.call("replayDead", { sink });
      if (underWay)
        throw new UserError(
          vscode.l10n.t("{0} is still being sent the dead letters of the last replay.", sink),
        );
      const [first] = bad;
      if (first) {
        throw new UserError(
          vscode.l10n.t(
            "{0} lines can't be sent and are kept, first line {1}: {2} ({3} letters are on their way.)",
            bad.length,
            first.line,
            first.reason,
            letters,
          ),
        );
      }
      if (letters === 0) throw new UserError(vscode.l10n.t("{0} has no dead letters.", sink));
      const told = vscode.l10n.t("{0} dead letters are on their way to {1}", letters, sink);
      vscode.window.setStatusBarMessage(told, 5000);
      return told;
    },
  };
}

function hasLetters({ deadWaiting }: SinkFigures): boolean {
  return deadWaiting > 0;
}

/** The sink that is named; else the only one it makes sense for, or the user's choice. */
async function pickSink(
  engine: EngineHost,
  argument: Argument | undefined,
  title: string,
  sensible: (sink: SinkFigures) => boolean,
): Promise<string | undefined> {
  const named = argument?.sink ?? /^sink:(.+)$/.exec(argument?.id ?? "")?.[1];
  if (named !== undefined) return named;
  const sinks = engine.snapshot?.sinks ?? [];
  const [only, ...others] = sinks.filter(sensible);
  if (only && others.length === 0) return only.id;
  if (sinks.length === 0) throw new UserError(vscode.l10n.t("There is no sink yet."));
  const items = sinks.map(({ id, deadWaiting, lastError }) => ({
    label: id,
    description: deadWaiting > 0 ? vscode.l10n.t("{0} dead letters", deadWaiting) : "",
    ...(lastError !== undefined && { detail: lastError }),
  }));
  return (await vscode.window.showQuickPick(items, { title }))?.label;
}

async function exists(uri: vscode.Uri): Promise<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
