import * as vscode from "vscode";
import { type Answer, asked, type Place } from "./quick-steps.ts";
import { type Draft, shownValue, triedValue, wayOf } from "./sink-draft.ts";
import { type Flow, sinkDraft } from "./sink-flow.ts";

/** Characters that a row of a list has room for. */
const ROW = 84;

type Item = vscode.QuickPickItem & { readonly changing?: string };

/** The last look at it, where it can be tried, and how records are written can be changed: `changing` says what. */
export function confirm(draft: Draft, flow: Flow, place: Place): Promise<Answer<Draft>> {
  const { engine, forms, sent } = flow;
  const { l10n } = vscode;
  const way = wayOf(draft, forms);
  if (!way) return Promise.resolve(undefined);
  const tried = sinkDraft(triedValue(draft, way), draft, flow);
  const test: Item = {
    label: l10n.t("Test Connection"),
    iconPath: new vscode.ThemeIcon("plug"),
    description: l10n.t("sends no record"),
    alwaysShow: true,
  };
  const add: Item = {
    label: l10n.t("Add Sink"),
    iconPath: new vscode.ThemeIcon("add"),
    description: l10n.t("writes {0} into the settings", draft.id ?? ""),
    alwaysShow: true,
  };
  const shape = (way.shape ?? []).map(({ key, prompt, initial = "", choices }): Item => {
    const value = draft.options[key] ?? initial;
    return {
      label: prompt,
      description: choices?.[value] ?? value,
      iconPath: new vscode.ThemeIcon("edit"),
      changing: key,
    };
  });
  const separator = { label: l10n.t("How records are written"), kind: vscode.QuickPickItemKind.Separator };
  const pick = vscode.window.createQuickPick<Item>();
  const fill = (items: readonly Item[]): void => {
    pick.items = shape.length > 0 ? [...items, separator, ...shape] : items;
    // A row with a detail is as high as two.
    const rows = items.length + items.filter(({ detail }) => detail).length + shape.length;
    sent.show(sinkDraft(shownValue(draft, way), draft, flow), rows);
  };
  pick.placeholder = l10n.t("Does it answer?");
  fill([test, add]);
  return asked(pick, place, (answer, fail) => {
    const tryOut = async (): Promise<void> => {
      pick.busy = true;
      pick.value = "";
      const waiting = {
        iconPath: new vscode.ThemeIcon("sync~spin"),
        detail: l10n.t("waiting for an answer…"),
      };
      fill([{ ...test, ...waiting }, add]);
      const { good, text } = await engine.call("testDraft", tried);
      pick.busy = false;
      // A row has one line, which may be too short for what is to be done.
      const [first = "", ...more] = wrapped(text, ROW);
      const rows = more.map((detail) => ({ label: "", detail, alwaysShow: true }));
      const tested = { ...test, iconPath: new vscode.ThemeIcon(good ? "pass" : "error"), detail: first };
      fill(good ? [add, tested, ...rows] : [tested, ...rows, add]);
    };
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen?.changing !== undefined) answer({ ...draft, changing: chosen.changing });
      else if (chosen?.label === add.label) answer(draft);
      else if (chosen?.label === test.label && !pick.busy) tryOut().catch(fail);
    });
  });
}

/** A text in lines of no more characters than that, where its words allow. */
function wrapped(text: string, width: number): readonly string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?!\\S)|\\S+`, "g")) ?? [];
}
