import type { LogCommand, Progress } from "../../protocol/log-view.ts";
import type { L10n } from "../l10n.ts";
import { EVERYTHING, type Filter } from "./state.ts";

/** Why no line is seen, and what helps: another filter, or a command of the editor. */
export interface Emptiness {
  readonly title: string;
  readonly detail: string;
  readonly remedies: readonly (
    | { readonly label: string; readonly filter: Filter }
    | { readonly label: string; readonly command: LogCommand }
  )[];
}

/**
 * What hides the lines; undefined where some are seen, or it is too early to tell.
 * @param index the sink whose index is searched; undefined: the store of this computer
 */
export function emptinessOf(
  progress: Progress | undefined,
  filter: Filter,
  failure: string | undefined,
  { t }: L10n,
  index?: string,
): Emptiness | undefined {
  if (failure !== undefined) {
    return {
      title: t("The lines can't be read"),
      detail: failure,
      remedies: [
        { label: t("Try Again"), filter },
        { label: t("Add Log…"), command: "addLog" },
        { label: t("Show Output"), command: "output" },
      ],
    };
  }
  if (!progress?.done || progress.count > 0) return undefined;
  const remedies: Emptiness["remedies"][number][] = [];
  const hiding: string[] = [];
  const hides = (what: string, label: string, without: Partial<Filter>): void => {
    hiding.push(what);
    remedies.push({ label, filter: { ...filter, ...without } });
  };
  if (filter.query.trim() !== "") hides(t("the search"), t("Clear the search"), { query: "" });
  if (filter.levels) hides(t("the levels"), t("Show all levels"), { levels: undefined });
  if (filter.sources) hides(t("the sources"), t("Show all sources"), { sources: undefined });
  if (filter.range.kind !== "all")
    hides(t("the time range"), t("Show all time"), { range: EVERYTHING.range });
  if (filter.cleared !== undefined)
    hides(t("what was cleared"), t("Show cleared lines"), { cleared: undefined });
  if (hiding.length > 0) {
    if (hiding.length > 1) remedies.push({ label: t("Clear all"), filter: EVERYTHING });
    return { title: t("No line fits"), detail: t("Left out by {0}.", hiding.join(", ")), remedies };
  }
  if (index !== undefined) {
    return {
      title: t("The index has no line yet"),
      detail: t("What the sink {0} writes to holds no document with a time, or is not there yet.", index),
      remedies: [{ label: t("Try Again"), filter }],
    };
  }
  return {
    title: t("No line is kept yet"),
    detail: t(
      "Lines appear here as they are read. They come from the embedded store, which must not be off.",
    ),
    remedies: [
      { label: t("Add Log…"), command: "addLog" },
      { label: t("Open Dashboard"), command: "dashboard" },
    ],
  };
}
