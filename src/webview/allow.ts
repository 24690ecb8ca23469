import type { DashboardCalls } from "../protocol/webview.ts";
import type { L10n } from "./l10n.ts";

type Part = { readonly source: string } | { readonly sink: string };

/** The button of a source or sink that waits for consent; undefined where it does not. */
export function allowAction(
  part: Part,
  wants: readonly string[] | undefined,
  { t }: L10n,
  run: (request: DashboardCalls["run"][0]) => void,
): { readonly icon: string; readonly label: string; readonly run: () => void } | undefined {
  if (!wants) return undefined;
  const id = "source" in part ? part.source : part.sink;
  return {
    icon: "shield",
    label: t("Allow {0}: {1}", id, wants.join(", ")),
    run: () => run({ command: "allow", ...part }),
  };
}
