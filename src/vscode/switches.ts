import * as vscode from "vscode";
import { UserError } from "../errors.ts";
import type { ConfigInput } from "../protocol/engine.ts";
import type { Place } from "../protocol/explain.ts";
import type { EngineHost } from "./engine-host.ts";
import { fileOfIssue, type Surroundings } from "./places.ts";
import type { Wishes } from "./rows.ts";
import { present, type SettingsTools, writeEntry } from "./settings-entry.ts";
import { userHome } from "./settings-home.ts";
import { editFile } from "./text-edits.ts";
import { ownPath } from "./whereabouts.ts";

/** So long (ms) what was ticked shows where the engine does not come to do it. */
const PATIENCE = 15_000;
/** So long (ms) the figures may be those of before. */
const SOON = 1_000;

/** The boxes of the logs: each is the `enabled` of its source, wherever that is written. */
export interface Switches {
  readonly wishes: Wishes;
  /** Forgets wishes that are in force. */
  settle(): void;
  /** @throws UserError when the source is where nothing can be written: in etcd, or a file that can't be changed */
  set(source: string, on: boolean): Promise<void>;
}

export function createSwitches(
  engine: EngineHost,
  settings: () => ConfigInput,
  around: () => Surroundings,
): Switches {
  const wishes = new Map<string, boolean>();
  /** What was begun last for each. */
  const newest = new Map<string, Promise<void>>();
  /** When what is wished was written, by a clock in ms that nobody sets. */
  const written = new Map<string, number>();
  /** One after another: two edits of one file would be in each other's way. */
  let last: Promise<unknown> = Promise.resolve();

  const write = async (source: string, on: boolean): Promise<void> => {
    const { parts } = await engine.call("explain", undefined);
    const part = parts.find(({ name }) => name === `sources.${source}`);
    const place = part?.values.find(({ place: { origin } }) => origin !== "default")?.place;
    if (!place) throw new UserError(vscode.l10n.t("{0} is not configured any more.", source));
    // A source that someone stopped or started by hand need not be switched for what is wished.
    if (!(await switched(source, place, on))) await engine.call(on ? "start" : "stop", { source });
  };

  /** @returns whether something was written */
  const switched = async (source: string, place: Place, on: boolean): Promise<boolean> => {
    if (place.origin === "etcd") {
      throw new UserError(
        vscode.l10n.t("{0} is defined in etcd: set enabled there, in {1}.", source, place.key ?? ""),
      );
    }
    if (place.origin === "user") return inUserSettings({ engine, around }, source, on);
    const file = fileOfIssue({ ...place, severity: "error", message: "" }, around());
    const { layers } = settings();
    const layer = layers.find(({ origin, folder }) => origin === place.origin && folder === place.folder);
    const [, id = source] = layer ? ownPath(["sources", source], layer) : [];
    const edits =
      file &&
      (await editFile(vscode.Uri.file(file.path), (text) => {
        const { within } = file;
        return engine.call("switchEdits", { text, ...(within && { within }), id, enabled: on });
      }));
    if (edits) return edits.length > 0;
    throw new UserError(
      vscode.l10n.t("{0} can't be switched in {1}: write its enabled there.", source, file?.path ?? "?"),
    );
  };

  return {
    wishes,
    settle() {
      const sources = new Map(engine.snapshot?.sources.map(({ id, state }) => [id, state !== "stopped"]));
      for (const [id, done] of written) {
        const age = performance.now() - done;
        if ((age < SOON || sources.get(id) !== wishes.get(id)) && age < PATIENCE) continue;
        wishes.delete(id);
        written.delete(id);
      }
    },
    async set(source, on) {
      wishes.set(source, on);
      written.delete(source);
      const mine = last.then(() => write(source, on));
      last = mine.catch(() => undefined);
      newest.set(source, mine);
      try {
        await mine;
        if (wishes.get(source) === on) written.set(source, performance.now());
      } catch (error) {
        if (newest.get(source) === mine) wishes.delete(source);
        throw error;
      }
    },
  };
}

/** The editor keeps the user's settings itself: they may be in no file that can be written to. */
async function inUserSettings(tools: SettingsTools, source: string, on: boolean): Promise<boolean> {
  const home = userHome();
  const known = present(home, "sources")?.[source] as { readonly enabled?: boolean } | undefined;
  if (!known || (known.enabled ?? true) === on) return false;
  await writeEntry(tools, home, "sources", source, on, "enabled");
  return true;
}
