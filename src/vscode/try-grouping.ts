import * as vscode from "vscode";
import { reasonOf } from "../errors.ts";
import { createDisposables } from "../lib/disposables.ts";
import type { Trial } from "../protocol/trial.ts";
import { GROUPINGS } from "./new-source.ts";
import { type Answer, asked, BACK, type Place } from "./quick-steps.ts";
import { texts } from "./texts.ts";
import { trialText } from "./try-order.ts";
import { askTried } from "./try-pattern.ts";
import type { Sampled } from "./try-sample.ts";

interface Grouping {
  readonly multiline: unknown;
}
type Item = vscode.QuickPickItem & { readonly answer?: Grouping | "start" };

/** An expression that most logs' records begin with. */
const STARTER = String.raw`^\[?\d{4}-\d\d-\d\d`;

/** Asks how lines are put together, each way told with what becomes of the last lines. */
export async function askGrouping(
  place: Place,
  parser: unknown,
  now: unknown,
  sampled: Sampled,
): Promise<Answer<Grouping>> {
  for (;;) {
    const chosen = await askWay(place, parser, now, sampled);
    if (chosen !== "start") return chosen;
    const { start } = (typeof now === "object" && now !== null ? now : {}) as { readonly start?: unknown };
    const shown = {
      placeholder: vscode.l10n.t("JavaScript expression for the lines that begin a record"),
      value: typeof start === "string" ? start : STARTER,
    };
    const made = (text: string) => ({ parser, multiline: { start: text } });
    const text = await askTried(place, shown, made, sampled);
    if (text === undefined) return undefined;
    if (text !== BACK) return made(text);
  }
}

function askWay(
  place: Place,
  parser: unknown,
  now: unknown,
  sampled: Sampled,
): Promise<Answer<Grouping | "start">> {
  const { l10n } = vscode;
  const own = createDisposables();
  const pick = vscode.window.createQuickPick<Item>();
  const ways: readonly unknown[] = [undefined, ...GROUPINGS, ...(typeof now === "object" ? [now] : [])];
  const fill = (trials: readonly Trial[] | undefined): void => {
    const items = ways.map((multiline, at): Item => {
      const label =
        multiline === undefined
          ? l10n.t("Each line is a record")
          : typeof multiline === "string"
            ? multiline
            : JSON.stringify(multiline);
      const trial = trials?.[at];
      const words = [
        ...(multiline === now ? [l10n.t("in use")] : []),
        ...(trial ? [trialText(trial, texts)] : []),
      ];
      return { label, description: words.join(" · "), answer: { multiline } };
    });
    const start: Item = {
      label: l10n.t("Expression for the first line…"),
      iconPath: new vscode.ThemeIcon("regex"),
      answer: "start",
      alwaysShow: true,
    };
    const [pointed] = pick.activeItems;
    const before = pick.items.indexOf(pointed ?? start);
    pick.items = [...items, start];
    // Someone may have gone to another one meanwhile.
    const active = pick.items[before < 0 ? ways.indexOf(now) : before];
    if (active) pick.activeItems = [active];
  };
  pick.placeholder = l10n.t("Which lines are one record?");
  pick.busy = true;
  fill(undefined);
  own.add(
    pick.onDidChangeActive(([item]) => {
      if (item?.answer && item.answer !== "start" && !pick.busy)
        sampled.preview({ parser, multiline: item.answer.multiline }, pick.items.length);
    }),
  );
  sampled
    .groupings(parser, ways)
    .then(
      (trials) => trials,
      (error) => {
        pick.placeholder = `${pick.placeholder} ${reasonOf(error)}`;
        return undefined;
      },
    )
    .then((trials) => {
      pick.busy = false;
      if (trials) fill(trials);
    });
  return asked<Grouping | "start">(pick, place, (answer) => {
    own.add(pick.onDidAccept(() => pick.selectedItems[0]?.answer && answer(pick.selectedItems[0].answer)));
  }).finally(() => own.dispose());
}
