import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { SinkFigures } from "../model.ts";
import type { SinkTest } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";
import { hasLetters, isAmiss } from "./possible.ts";
import { saved } from "./saved.ts";
import type { Previews } from "./sink-preview.ts";
import { testConnection } from "./sink-test.ts";

/** What a command on a sink may be given: its row in the tree, or what the dashboard sends. */
interface Argument {
  readonly id?: string;
  readonly sink?: string | undefined;
  /** ms since the epoch. */
  readonly since?: number;
}

/** The commands on one sink. */
export function sinkHandlers(engine: EngineHost, previews: Pick<Previews, "show">) {
  return {
    async "logMonitor.testConnection"(argument?: Argument): Promise<SinkTest | undefined> {
      const sink = await pickSink(engine, argument, vscode.l10n.t("Test Connection"), isAmiss);
      return sink === undefined ? undefined : testConnection(engine, sink);
    },
    async "logMonitor.previewSink"(argument?: Argument): Promise<void> {
      const sink = await pickSink(engine, argument, vscode.l10n.t("Preview"), () => true);
      if (sink !== undefined) await previews.show(sink);
    },
    async "logMonitor.replaySince"(argument?: Argument): Promise<string | undefined> {
      const title = vscode.l10n.t("Replay from a Time");
      const sink = await pickSink(engine, argument, title, ({ type }) => type !== "store");
      if (sink === undefined) return undefined;
      const { replayFromTime } = await import("./flows.ts");
      return replayFromTime(engine, sink, argument?.since);
    },
    async "logMonitor.resetSink"(argument?: Argument): Promise<void> {
      const sink = await pickSink(engine, argument, vscode.l10n.t("Reset Sink"), isAmiss);
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
      if (open && !(await saved(open)))
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
            "Kept, as they can't be sent: {0}; first line {1}: {2} (On their way: {3}.)",
            bad.length,
            first.line,
            first.reason,
            letters,
          ),
        );
      }
      if (letters === 0) throw new UserError(vscode.l10n.t("{0} has no dead letters.", sink));
      const told = vscode.l10n.t("Dead letters on their way to {1}: {0}", letters, sink);
      vscode.window.setStatusBarMessage(told, 5000);
      return told;
    },
  };
}

/** The sink that a row, or what the dashboard sends, is of. */
export function sinkOf({ id, sink }: Argument = {}): string | undefined {
  return sink ?? /^sink:(.+)$/.exec(id ?? "")?.[1];
}

/** The sink that is named; else the only one it makes sense for, or the user's choice. */
async function pickSink(
  engine: EngineHost,
  argument: Argument | undefined,
  title: string,
  sensible: (sink: SinkFigures) => boolean,
): Promise<string | undefined> {
  const named = sinkOf(argument);
  if (named !== undefined) return named;
  const sinks = engine.snapshot?.sinks ?? [];
  const [only, ...others] = sinks.filter(sensible);
  if (only && others.length === 0) return only.id;
  if (sinks.length === 0) throw new UserError(vscode.l10n.t("There is no sink yet."));
  const items = sinks.map(({ id, deadWaiting, lastError }) => ({
    label: id,
    description: deadWaiting > 0 ? vscode.l10n.t("Dead letters: {0}", deadWaiting) : "",
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
