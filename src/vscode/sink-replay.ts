import * as vscode from "vscode";
import { reasonOf, UserError } from "../errors.ts";
import { parseInstant } from "../lib/duration.ts";
import type { EngineHost } from "./engine-host.ts";
import { texts } from "./texts.ts";

/**
 * Has a sink sent again what the embedded store holds since a time.
 * @param given ms since the epoch; asked for when undefined
 * @returns what was told; undefined when the user gave it up
 */
export async function replayFromTime(
  engine: EngineHost,
  sink: string,
  given: number | undefined,
): Promise<string | undefined> {
  const since = given ?? (await askTime(sink));
  if (since === undefined) return undefined;
  let sent = await engine.call("replaySince", { sink, since });
  if (sent.twice) {
    const again = vscode.l10n.t("Send Again");
    const detail = vscode.l10n.t(
      "It does not know records by their ids, so it will hold them a second time.",
    );
    const question = vscode.l10n.t("Send {0} what it was sent before?", sink);
    if ((await vscode.window.showWarningMessage(question, { modal: true, detail }, again)) !== again)
      return undefined;
    sent = await engine.call("replaySince", { sink, since, twice: true });
  }
  const from = texts.moment(since);
  if (sent.records === 0)
    throw new UserError(vscode.l10n.t("The store holds no record for {0} since {1}.", sink, from));
  const told = vscode.l10n.t("Records since {1} on their way to {2}: {0}", sent.records, from, sink);
  vscode.window.setStatusBarMessage(told, 5000);
  return told;
}

/** In ms since the epoch; undefined when nothing was chosen. */
async function askTime(sink: string): Promise<number | undefined> {
  const now = Date.now();
  const ago = (text: string): number => parseInstant(text, now);
  const item = (label: string, since: number) => ({
    label,
    description: vscode.l10n.t("since {0}", texts.moment(since)),
    since,
  });
  const items: (vscode.QuickPickItem & { readonly since?: number })[] = [
    item(vscode.l10n.t("Last 15 minutes"), ago("15m")),
    item(vscode.l10n.t("Last hour"), ago("1h")),
    item(vscode.l10n.t("Today"), new Date(now).setHours(0, 0, 0, 0)),
    item(vscode.l10n.t("Last 24 hours"), ago("24h")),
    item(vscode.l10n.t("Last 7 days"), ago("7d")),
    { label: vscode.l10n.t("A time…") },
  ];
  const title = vscode.l10n.t("Replay to {0} what was read since", sink);
  const choice = await vscode.window.showQuickPick(items, { title });
  if (!choice || choice.since !== undefined) return choice?.since;
  const text = await vscode.window.showInputBox({
    title,
    prompt: vscode.l10n.t("A time like 2026-03-04T13:49:52Z, or how long ago: 15m, 2h, 7d"),
    validateInput(value) {
      try {
        parseInstant(value, now);
        return undefined;
      } catch (error) {
        return reasonOf(error);
      }
    },
  });
  return text === undefined ? undefined : parseInstant(text, now);
}
