import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { OptionPlace } from "../protocol/edits.ts";
import type { ConfigInput, Layer } from "../protocol/engine.ts";
import { placeText } from "../protocol/explain.ts";
import { type SettingsTools, writeEntry } from "./settings-entry.ts";
import { type SettingsHome, settingsHomes, userHome } from "./settings-home.ts";
import { editFile } from "./text-edits.ts";
import { layersWith, ownPath } from "./whereabouts.ts";

/** What is written of a source, and where. */
export interface SourceSettings {
  readonly values: Readonly<Record<string, unknown>>;
  /** In words, like `workspace settings`, `log-monitor.yaml:3`. */
  readonly place: string;
  /**
   * Writes one of its options where the others are, in settings or a configuration file; undefined takes it away.
   * Answers what takes that back; undefined where nothing was written, as it can't be there. Absent for etcd, which
   * is only read.
   * @throws UserError when the file has changes that are not saved
   */
  write?(option: string, value: unknown): Promise<Undo | undefined>;
}
export type Undo = () => Promise<void>;

/** @throws UserError for a source that is nowhere */
export async function sourceSettings(
  id: string,
  input: ConfigInput,
  tools: SettingsTools,
): Promise<SourceSettings> {
  const { parts } = await tools.engine.call("explain", undefined);
  const written = (parts.find(({ name }) => name === `sources.${id}`)?.values ?? []).filter(
    ({ place }) => place.origin !== "default",
  );
  const [first] = written;
  if (!first) throw new UserError(vscode.l10n.t("The configuration has no source {0}.", id));
  const place = placeText(first.place, vscode.l10n.t);
  const layer = layersWith(["sources", id], input).at(-1);
  const home = layer && layer.origin === first.place.origin ? homeOf(layer) : undefined;
  if (!layer || !home) {
    const values: Record<string, unknown> = {};
    for (const { path, value } of written) put(values, path.split("."), told(value));
    const { origin, file } = first.place;
    if (origin !== "file" || file === undefined) return { values, place };
    const uri = vscode.Uri.file(file);
    return { values, place, write: (option, value) => writeInFile(uri, { id, option, value }, tools) };
  }
  const [, own = id] = ownPath(["sources", id], layer);
  const { sources } = layer.values as { readonly sources: Readonly<Record<string, unknown>> };
  const values = (sources[own] ?? {}) as Readonly<Record<string, unknown>>;
  const set = (option: string, value: unknown) => writeEntry(tools, home, "sources", own, value, option);
  return {
    values,
    place,
    async write(option, value) {
      await set(option, value);
      return () => set(option, values[option]);
    },
  };
}

/** The file is as it was, to the letter, by what takes it back, unless someone else has written to it since. */
async function writeInFile(
  uri: vscode.Uri,
  entry: Omit<OptionPlace, "text">,
  { engine }: SettingsTools,
): Promise<Undo | undefined> {
  let before = "";
  const edits = await editFile(uri, (text) => {
    before = text;
    return engine.call("optionEdits", { text, ...entry });
  });
  if (!edits) return undefined;
  const after = (await vscode.workspace.openTextDocument(uri)).getText();
  return async () => {
    const back = async (text: string) =>
      text === after ? [{ offset: 0, length: text.length, content: before }] : undefined;
    if (await editFile(uri, back)) return;
    throw new UserError(vscode.l10n.t("{0} was changed since: nothing was taken back.", uri.fsPath));
  };
}

/** The settings that a layer is of; undefined where it is of none. */
export function homeOf({ origin, baseDir }: Pick<Layer, "origin" | "baseDir">): SettingsHome | undefined {
  const { Workspace } = vscode.ConfigurationTarget;
  if (origin === "user") return userHome();
  const homes = settingsHomes();
  if (origin === "workspace") return homes.find(({ target }) => target === Workspace);
  if (origin === "folder") return homes.find((home) => home.scope && home.baseDir === baseDir);
  return undefined;
}

/** A value as an explanation has it: JSON, but for texts. */
function told(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function put(into: Record<string, unknown>, [key = "", ...rest]: readonly string[], value: unknown): void {
  if (rest.length === 0) into[key] = value;
  else {
    const below = { ...(into[key] as Record<string, unknown> | undefined) };
    put(below, rest, value);
    into[key] = below;
  }
}
