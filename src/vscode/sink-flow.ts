import type { ConfigInput, SinkDraft } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";
import type { Surroundings } from "./places.ts";
import type { Secrets } from "./secrets.ts";
import type { SettingsHome } from "./settings-home.ts";
import type { Draft } from "./sink-draft.ts";
import type { SinkForm } from "./sink-forms.ts";
import type { Sent } from "./sink-sent.ts";

/** What *Add Sink…* needs of the extension. */
export interface Parts {
  readonly engine: Pick<EngineHost, "call" | "snapshot">;
  readonly secrets: Pick<Secrets, "names" | "set">;
  readonly settings: () => ConfigInput;
  readonly around: () => Surroundings;
}

/** What the questions are asked about. */
export interface Flow extends Parts {
  readonly forms: readonly SinkForm[];
  readonly homes: readonly SettingsHome[];
  readonly sent: Sent;
}

export function sinkDraft(
  value: unknown,
  draft: Draft,
  { settings, homes }: Pick<Flow, "settings" | "homes">,
): SinkDraft {
  const { dataDir, folders } = settings();
  const baseDir = (homes[draft.place ?? 0] ?? homes[0])?.baseDir ?? dataDir;
  return { id: draft.id ?? "", value, baseDir, dataDir, folders };
}
