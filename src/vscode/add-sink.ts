import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import { freeName } from "../lib/free-name.ts";
import { type Answer, BACK, choose, type Place, type } from "./quick-steps.ts";
import { writeEntry } from "./settings-entry.ts";
import { settingsHomes } from "./settings-home.ts";
import { confirm } from "./sink-confirm.ts";
import {
  type Draft,
  formOf,
  isId,
  type Step,
  shownValue,
  stepsOf,
  valueUpTo,
  wayOf,
  writtenValue,
} from "./sink-draft.ts";
import { type Flow, type Parts, sinkDraft } from "./sink-flow.ts";
import { type Ask, sinkForms } from "./sink-forms.ts";
import { createSent } from "./sink-sent.ts";
import { texts } from "./texts.ts";

/** Rows of a quick pick that are as high as what an input box adds below its line. */
const ROWS = 3;

/**
 * Asks for a sink step by step, tries it, and writes it into the settings. Nothing is written or stored before the
 * last step. Answers the new sink's id, or undefined when the user stopped.
 */
export async function addSink(parts: Parts): Promise<string | undefined> {
  if (!vscode.workspace.isTrusted) {
    throw new UserError(vscode.l10n.t("In Restricted Mode nothing is sent: trust the workspace first."));
  }
  const sent = createSent(parts.engine);
  try {
    return await askAll({ ...parts, forms: sinkForms(texts), homes: settingsHomes(), sent });
  } finally {
    sent.dispose();
  }
}

async function askAll(flow: Flow): Promise<string | undefined> {
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
    const { changing, ...settled } = answer === BACK ? draft : answer;
    if (step.kind === "shape") draft = settled;
    else if (answer === BACK) at--;
    else {
      draft = answer;
      if (changing === undefined) at++;
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
    case "shape":
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

async function askType(draft: Draft, flow: Flow, place: Place): Promise<Answer<Draft>> {
  const { forms } = flow;
  const items = forms.map(({ type, label, description }) => ({ label, description, type }));
  const active = items.find(({ type }) => type === draft.type);
  const look = ({ type }: { readonly type: string }, rows: number): void => {
    const way = forms.find((form) => form.type === type)?.ways[0];
    const begun = type === draft.type ? draft : { type, options: {} };
    if (way) flow.sent.show(sinkDraft(shownValue(begun, way), begun, flow), rows);
  };
  const chosen = await choose(place, vscode.l10n.t("Where are the records to go?"), items, active, look);
  if (chosen === undefined || chosen === BACK) return chosen;
  return chosen.type === draft.type ? draft : { type: chosen.type, options: {} };
}

async function askWay(draft: Draft, flow: Flow, place: Place): Promise<Answer<Draft>> {
  const { label: name = "", ways = [] } = formOf(draft, flow.forms) ?? {};
  const items = ways.map(({ label }, way) => ({ label, way }));
  const active = draft.way === undefined ? undefined : items[draft.way];
  const look = ({ way }: { readonly way: number }, rows: number): void => {
    const one = ways[way];
    if (one) flow.sent.show(sinkDraft(shownValue(draft, one), draft, flow), rows);
  };
  const chosen = await choose(place, vscode.l10n.t("How is {0} spoken to?", name), items, active, look);
  if (chosen === undefined || chosen === BACK) return chosen;
  return { ...draft, way: chosen.way };
}

async function askOption(ask: Ask, draft: Draft, flow: Flow, place: Place): Promise<Answer<Draft>> {
  const { key, prompt, example, initial, secret = false, choices } = ask;
  const way = wayOf(draft, flow.forms);
  if (!way) return undefined;
  const show = (text: string, rows: number): void =>
    flow.sent.show(sinkDraft(shownValue(draft, way, { [key]: text }), draft, flow), rows);
  if (choices) {
    const items = Object.entries(choices).map(([label, description]) => ({ label, description }));
    const active = items.find(({ label }) => label === (draft.options[key] ?? initial));
    const chosen = await choose(place, prompt, items, active, ({ label }, rows) => show(label, rows));
    if (chosen === undefined || chosen === BACK) return chosen;
    return { ...draft, options: { ...draft.options, [key]: chosen.label } };
  }
  show(draft.options[key] ?? "", ROWS);
  const text = await type(place, {
    prompt: secret ? vscode.l10n.t("{0}: where it is kept is asked next", prompt) : prompt,
    placeholder: secret ? "" : example,
    value: draft.options[key] ?? initial ?? "",
    password: secret,
    async fault(typed) {
      if (typed.trim() === "") return vscode.l10n.t("Type a value, like {0}", secret ? "***" : example);
      const sent = sinkDraft(valueUpTo(draft, way, key, typed), draft, flow);
      const faults = await flow.engine.call("checkDraft", sent);
      const fault = faults.find(({ path }) => path[0] === key)?.message;
      if (fault === undefined) show(typed, ROWS);
      return fault;
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

/** Of the settings of all layers, and of what runs. */
function takenIds({ settings, engine }: Flow): ReadonlySet<string> {
  const written = settings().layers.flatMap(({ values }) => {
    const { sinks } = (values ?? {}) as { readonly sinks?: unknown };
    return typeof sinks === "object" && sinks !== null ? Object.keys(sinks) : [];
  });
  return new Set([...written, ...(engine.snapshot?.sinks ?? []).map(({ id }) => id), "store"]);
}
