import * as vscode from "vscode";
import { reasonOf } from "../errors.ts";
import { createDisposables } from "../lib/disposables.ts";
import type { Trial } from "../protocol/trial.ts";
import { PARSERS } from "./new-source.ts";
import { type Answer, asked, BACK, type Place } from "./quick-steps.ts";
import { texts } from "./texts.ts";
import { askGrouping } from "./try-grouping.ts";
import { bestFirst, pickOf, trialIcon, trialText } from "./try-order.ts";
import { askPattern, type Written } from "./try-pattern.ts";
import type { Sampled } from "./try-sample.ts";

/** How long (ms) the list waits for what is made of the lines. */
const PATIENCE = 2_000;

/** How lines are read, as settings have it. */
export interface Reading {
  readonly parser: unknown;
  readonly multiline?: unknown;
}

/** What the log is, and how it is read now. */
export interface About extends Partial<Reading> {
  /** As it is shown. */
  readonly name: string;
}

type Choice = { readonly parser: unknown } | { readonly write: Written } | { readonly groupFor: unknown };
type Item = vscode.QuickPickItem & { readonly choice?: Choice };

/**
 * Asks how the lines of a log are written: parsers as items, each told with what it makes of the last lines, those in
 * view of whichever is looked at; or an expression of the user's. On the way, how lines are put together.
 * @param sampled absent: there is nothing that a parser could be tried on
 */
export async function askReading(
  place: Place,
  about: About,
  sampled: Sampled | undefined,
): Promise<Answer<Reading>> {
  let { multiline } = about;
  for (;;) {
    const chosen = await askParser(place, { ...about, multiline }, sampled);
    if (chosen === undefined || chosen === BACK) return chosen;
    if ("parser" in chosen) return { parser: chosen.parser, multiline };
    if (!sampled) continue;
    // A question within this one: back leads here again.
    const within = { ...place, step: Math.max(2, place.step) };
    if ("groupFor" in chosen) {
      const answer = await askGrouping(within, chosen.groupFor, multiline, sampled);
      if (answer === undefined) return undefined;
      if (answer !== BACK) ({ multiline } = answer);
    } else {
      const parser = await askPattern(within, chosen.write, { ...about, multiline }, sampled);
      if (parser === undefined) return undefined;
      if (parser !== BACK) return { parser, multiline };
    }
  }
}

function askParser(place: Place, about: About, sampled: Sampled | undefined): Promise<Answer<Choice>> {
  const { l10n } = vscode;
  const { name, parser: now, multiline } = about;
  const own = createDisposables();
  const pick = vscode.window.createQuickPick<Item>();
  const candidates = [...(typeof now === "object" && now !== null ? [now] : []), ...PARSERS];
  /** The parser that was looked at last. */
  let looked: unknown = now ?? "auto";
  const group = { choice: { groupFor: undefined }, alwaysShow: true } as const;
  const fixed: readonly Item[] = [
    { label: l10n.t("A form of your own"), kind: vscode.QuickPickItemKind.Separator },
    {
      label: l10n.t("Expression…"),
      iconPath: new vscode.ThemeIcon("regex"),
      description: l10n.t("named groups are the fields"),
      choice: { write: "regex" },
    },
    {
      label: l10n.t("log_format of nginx…"),
      iconPath: new vscode.ThemeIcon("server"),
      description: l10n.t("as it stands in nginx.conf"),
      choice: { write: "nginx" },
    },
    { label: l10n.t("Lines that belong together"), kind: vscode.QuickPickItemKind.Separator },
    multiline === undefined
      ? {
          label: l10n.t("Each line is a record"),
          iconPath: new vscode.ThemeIcon("list-flat"),
          description: l10n.t("change…"),
          ...group,
        }
      : {
          label: l10n.t("Lines are put together"),
          iconPath: new vscode.ThemeIcon("list-tree"),
          description: groupingText(multiline),
          ...group,
        },
  ];
  const look = ({ choice }: Item): void => {
    const rows = pick.items.filter(({ kind }) => kind !== vscode.QuickPickItemKind.Separator).length;
    if (pick.busy || !choice || !("parser" in choice)) return;
    looked = choice.parser;
    sampled?.preview({ parser: looked, multiline }, rows);
  };
  let order: readonly number[] | undefined;
  /** Rows that are shown stay where they are: someone may be about to click on one. */
  const fill = (trials: readonly Trial[] | undefined): void => {
    const [pointed] = pick.activeItems;
    const before = order && pointed ? pick.items.indexOf(pointed) : 0;
    order ??= trials ? bestFirst(trials) : [...candidates.keys()];
    const items = order.map((at) => itemOf(candidates[at], at, trials, candidates[at] === now));
    pick.items = sampled ? [...items, ...fixed] : items;
    const active = pick.items[Math.max(0, before)];
    if (!active) return;
    pick.activeItems = [active];
    look(active);
  };
  pick.placeholder = l10n.t("How are the lines of {0} written?", name);
  pick.matchOnDescription = true;
  pick.busy = sampled !== undefined;
  if (!sampled) fill(undefined);
  const patience = setTimeout(() => order ?? fill(undefined), PATIENCE);
  own.add({ dispose: () => clearTimeout(patience) });
  own.add(pick.onDidChangeActive(([item]) => item && look(item)));
  sampled
    ?.trials(candidates, multiline)
    .then((trials) => {
      pick.busy = false;
      fill(trials);
    })
    .catch((error) => {
      pick.busy = false;
      // It may not be there yet: the choice is not held up by that.
      pick.placeholder = `${pick.placeholder} ${reasonOf(error)}`;
      if (!order) fill(undefined);
    });
  return asked<Choice>(pick, place, (answer) => {
    own.add(
      pick.onDidAccept(() => {
        const choice = pick.selectedItems[0]?.choice;
        if (choice) answer("groupFor" in choice ? { groupFor: looked } : choice);
      }),
    );
  }).finally(() => own.dispose());
}

function itemOf(parser: unknown, at: number, trials: readonly Trial[] | undefined, current: boolean): Item {
  const { l10n } = vscode;
  const trial = trials?.[at];
  const details: Readonly<Record<string, string>> = {
    auto: l10n.t("decides from the first lines"),
    nginx: l10n.t("nginx access log with scheme and two times; other formats as an option"),
    combined: l10n.t("Apache and nginx combined access log"),
    common: l10n.t("common access log"),
    json: l10n.t("one JSON object a line"),
    logfmt: l10n.t("key=value pairs"),
    syslog: l10n.t("syslog of RFC 3164 and RFC 5424, and /var/log/syslog"),
    plain: l10n.t("the line as it is"),
  };
  const { type = "", pattern, format } = objectOf(parser);
  const label = typeof parser === "string" ? parser : String(type);
  const seen = trial && pickOf(trial);
  const what = typeof parser === "string" ? (details[parser] ?? "") : String(pattern ?? format ?? "");
  const description = [
    ...(current ? [l10n.t("in use")] : []),
    ...(trial ? [trialText(trial, texts)] : []),
    seen === undefined ? what : l10n.t("sees {0}", seen),
  ];
  // Not in the label, where it would be read out.
  const icon = trials && trial && { iconPath: new vscode.ThemeIcon(trialIcon(trial, trials)) };
  return { label, description: description.filter(Boolean).join(" · "), ...icon, choice: { parser } };
}

function groupingText(multiline: unknown): string {
  if (typeof multiline === "string") return multiline;
  const { preset, start, continuation, pattern } = objectOf(multiline);
  return String(preset ?? start ?? continuation ?? pattern ?? "");
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
