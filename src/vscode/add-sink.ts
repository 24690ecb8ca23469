import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { freeName } from "../lib/free-name.ts";
import type { ConfigInput, SinkDraft } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";
import type { Surroundings } from "./places.ts";
import { type Answer, asked, BACK, choose, type Place, type } from "./quick-steps.ts";
import type { Secrets } from "./secrets.ts";
import { writeEntry } from "./settings-entry.ts";
import { type SettingsHome, settingsHomes } from "./settings-home.ts";
import {
  type Draft,
  formOf,
  isId,
  type Step,
  stepsOf,
  triedValue,
  valueUpTo,
  wayOf,
  writtenValue,
} from "./sink-draft.ts";
import { type Ask, type SinkForm, sinkForms } from "./sink-forms.ts";
import { texts } from "./texts.ts";

/** Characters that a row of a list has room for. */
const ROW = 84;

interface Parts {
  readonly engine: Pick<EngineHost, "call" | "snapshot">;
  readonly secrets: Pick<Secrets, "names" | "set">;
  readonly settings: () => ConfigInput;
  readonly around: () => Surroundings;
}

/** What the questions are asked about. */
interface Flow extends Parts {
  readonly forms: readonly SinkForm[];
  readonly homes: readonly SettingsHome[];
}

/**
 * Asks for a sink step by step, tries it, and writes it into the settings. Nothing is written or stored before the
 * last step. Answers the new sink's id, or undefined when the user stopped.
 */
export async function addSink(parts: Parts): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) {
    throw new UserError(vscode.l10n.t("In Restricted Mode nothing is sent: trust the workspace first."));
  }
  const flow: Flow = { ...parts, forms: sinkForms(texts), homes: settingsHomes() };
  let draft: Draft = { options: {} };
  for (let at = 0; ; ) {
    const steps = stepsOf(draft, flow.forms, flow.homes.length);
    const step = steps[at];
    if (!step) return write(draft, flow);
    // How many there are is not known before it is known what they are about.
    const known = at > 0 && wayOf(draft, flow.forms) !== undefined;
    const place = {
      title: vscode.l10n.t("Add Sink"),
      step: at + 1,
      totalSteps: known ? steps.length : undefined,
    };
    const answer = await ask(step, draft, flow, place);
    if (answer === undefined) return undefined;
    if (answer === BACK) at--;
    else {
      draft = answer;
      at++;
    }
  }
}

function ask(step: Step, draft: Draft, flow: Flow, place: Place): Promise<Answer<Draft>> {
  switch (step.kind) {
    case "type":
      return askType(draft, flow, place);
    case "way":
      return askWay(draft, flow, place);
    case "option":
      return askOption(step.ask, draft, flow, place);
    case "keep":
      return askKeep(draft, place);
    case "place":
      return askHome(draft, flow, place);
    case "id":
      return askId(draft, flow, place);
    case "confirm":
      return confirm(draft, flow, place);
  }
}

async function askType(draft: Draft, { forms }: Flow, place: Place): Promise<Answer<Draft>> {
  const items = forms.map(({ type, label, description }) => ({ label, description, type }));
  const active = items.find(({ type }) => type === draft.type);
  const chosen = await choose(place, vscode.l10n.t("Where are the records to go?"), items, active);
  if (chosen === undefined || chosen === BACK) return chosen;
  return chosen.type === draft.type ? draft : { type: chosen.type, options: {} };
}

async function askWay(draft: Draft, { forms }: Flow, place: Place): Promise<Answer<Draft>> {
  const { label: name = "", ways = [] } = formOf(draft, forms) ?? {};
  const items = ways.map(({ label }, way) => ({ label, way }));
  const active = draft.way === undefined ? undefined : items[draft.way];
  const chosen = await choose(place, vscode.l10n.t("How is {0} spoken to?", name), items, active);
  if (chosen === undefined || chosen === BACK) return chosen;
  return { ...draft, way: chosen.way };
}

async function askOption(ask: Ask, draft: Draft, flow: Flow, place: Place): Promise<Answer<Draft>> {
  const { key, prompt, example, initial, secret = false } = ask;
  const way = wayOf(draft, flow.forms);
  if (!way) return undefined;
  const text = await type(place, {
    prompt: secret ? vscode.l10n.t("{0}: where it is kept is asked next", prompt) : prompt,
    placeholder: secret ? "" : example,
    value: draft.options[key] ?? initial ?? "",
    password: secret,
    async fault(typed) {
      if (typed.trim() === "") return vscode.l10n.t("Type a value, like {0}", secret ? "***" : example);
      const sent = sinkDraft(valueUpTo(draft, way, key, typed), draft, flow);
      const faults = await flow.engine.call("checkDraft", sent);
      return faults.find(({ path }) => path[0] === key)?.message;
    },
  });
  if (text === undefined || text === BACK) return text;
  return { ...draft, options: { ...draft.options, [key]: text } };
}

async function askKeep(draft: Draft, place: Place): Promise<Answer<Draft>> {
  const items = [
    {
      label: vscode.l10n.t("Keep it in the secret storage"),
      iconPath: new vscode.ThemeIcon("key"),
      description: vscode.l10n.t("the settings name it alone"),
      keep: true,
    },
    {
      label: vscode.l10n.t("Write it into the settings"),
      iconPath: new vscode.ThemeIcon("warning"),
      description: vscode.l10n.t("for everyone to read who sees the workspace"),
      keep: false,
    },
  ];
  const active = items.find(({ keep }) => keep === draft.keep);
  const chosen = await choose(place, vscode.l10n.t("Where is the secret to be kept?"), items, active);
  return chosen === undefined || chosen === BACK ? chosen : { ...draft, keep: chosen.keep };
}

async function askHome(draft: Draft, { homes }: Flow, place: Place): Promise<Answer<Draft>> {
  const items = homes.map(({ label, description }, at) => ({ label, description, at }));
  const active = draft.place === undefined ? undefined : items[draft.place];
  const chosen = await choose(place, vscode.l10n.t("Whose settings is it to be in?"), items, active);
  return chosen === undefined || chosen === BACK ? chosen : { ...draft, place: chosen.at };
}

async function askId(draft: Draft, flow: Flow, place: Place): Promise<Answer<Draft>> {
  const taken = takenIds(flow);
  const id = await type(place, {
    prompt: vscode.l10n.t("Name of the sink: sources and views go by it"),
    value: draft.id ?? freeName(draft.type ?? "sink", taken),
    async fault(typed) {
      if (!isId(typed)) return vscode.l10n.t("Use letters, digits, _ . and -");
      return taken.has(typed) ? vscode.l10n.t("There is a sink {0} already", typed) : undefined;
    },
  });
  return id === undefined || id === BACK ? id : { ...draft, id };
}

/** The last look at it, where it can be tried. */
function confirm(draft: Draft, flow: Flow, place: Place): Promise<Answer<Draft>> {
  const { engine, forms } = flow;
  const way = wayOf(draft, forms);
  if (!way) return Promise.resolve(undefined);
  const sent = sinkDraft(triedValue(draft, way), draft, flow);
  const test: vscode.QuickPickItem = {
    label: vscode.l10n.t("Test Connection"),
    iconPath: new vscode.ThemeIcon("plug"),
    description: vscode.l10n.t("sends no record"),
    alwaysShow: true,
  };
  const add: vscode.QuickPickItem = {
    label: vscode.l10n.t("Add Sink"),
    iconPath: new vscode.ThemeIcon("add"),
    description: vscode.l10n.t("writes {0} into the settings", draft.id ?? ""),
    alwaysShow: true,
  };
  const pick = vscode.window.createQuickPick();
  pick.placeholder = vscode.l10n.t("Does it answer?");
  pick.items = [test, add];
  return asked(pick, place, (answer, fail) => {
    const tryOut = async (): Promise<void> => {
      pick.busy = true;
      pick.value = "";
      pick.items = [
        {
          ...test,
          iconPath: new vscode.ThemeIcon("sync~spin"),
          detail: vscode.l10n.t("waiting for an answer…"),
        },
        add,
      ];
      const { good, text } = await engine.call("testDraft", sent);
      pick.busy = false;
      // A row has one line, which may be too short for what is to be done.
      const [first = "", ...more] = wrapped(text, ROW);
      const rows = more.map((detail) => ({ label: "", detail, alwaysShow: true }));
      const tested = { ...test, iconPath: new vscode.ThemeIcon(good ? "pass" : "error"), detail: first };
      pick.items = good ? [add, tested, ...rows] : [tested, ...rows, add];
    };
    pick.onDidAccept(() => {
      const [chosen] = pick.selectedItems;
      if (chosen?.label === add.label) answer(draft);
      else if (chosen?.label === test.label && !pick.busy) tryOut().catch(fail);
    });
  });
}

/** A text in lines of no more characters than that, where its words allow. */
function wrapped(text: string, width: number): readonly string[] {
  return text.match(new RegExp(`\\S.{0,${width - 1}}(?!\\S)|\\S+`, "g")) ?? [];
}

async function write(draft: Draft, flow: Flow): Promise<string | undefined> {
  const { id } = draft;
  const way = wayOf(draft, flow.forms);
  const home = flow.homes[draft.place ?? 0];
  if (id === undefined || !way || !home) return undefined;
  const { value, secrets } = writtenValue({ ...draft, id }, way, flow.secrets.names());
  // First: should the settings not be written, the secret is there for nothing, and nothing is there without it.
  for (const [name, secret] of secrets) await flow.secrets.set(name, secret);
  await writeEntry(flow, home, "sinks", id, value);
  return id;
}

function sinkDraft(value: unknown, draft: Draft, { settings, homes }: Flow): SinkDraft {
  const { dataDir, folders } = settings();
  const baseDir = (homes[draft.place ?? 0] ?? homes[0])?.baseDir ?? dataDir;
  return { id: draft.id ?? "", value, baseDir, dataDir, folders };
}

/** Of the settings of all layers, and of what runs. */
function takenIds({ settings, engine }: Flow): ReadonlySet<string> {
  const written = settings().layers.flatMap(({ values }) => {
    const { sinks } = (values ?? {}) as { readonly sinks?: unknown };
    return typeof sinks === "object" && sinks !== null ? Object.keys(sinks) : [];
  });
  return new Set([...written, ...(engine.snapshot?.sinks ?? []).map(({ id }) => id), "store"]);
}
