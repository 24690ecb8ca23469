import type { Progress } from "../../protocol/log-view.ts";
import type { DashboardCommand, Standing } from "../../protocol/webview.ts";
import { type Cause, causeOf, type Remedy as EngineRemedy } from "../cause.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { EVERYTHING, type Filter } from "./state.ts";

/** What helps: another filter, an end of the pause, another place to search in, or a command of the editor. */
export type Remedy =
  | { readonly label: string; readonly filter: Filter }
  | { readonly label: string; readonly resume: true }
  | { readonly label: string; readonly index: string | undefined }
  | { readonly label: string; readonly command: DashboardCommand; readonly source?: string };

/** Why no line is seen, and what helps. */
export interface Emptiness {
  readonly title: string;
  readonly detail: string;
  /** What is wrong besides. */
  readonly also?: string;
  readonly remedies: readonly Remedy[];
}

export interface Situation {
  readonly progress: Progress | undefined;
  /** Set where the search is over that the filter asks for. */
  readonly found?: object | undefined;
  readonly filter: Filter;
  /** Why nothing can be searched. */
  readonly failure: string | undefined;
  readonly paused: boolean;
  /** How engine and sources are; undefined: not known yet. */
  readonly standing: Standing | undefined;
  /** The sink whose index is searched; undefined: the store of this computer. */
  readonly index?: string | undefined;
}

/** Longest query that is named on a button, in UTF-16 units. */
const LABEL = 40;

interface Texts {
  readonly l10n: L10n;
  readonly formats: Formats;
}

/** What hides the lines; undefined where some are seen, or it is too early to tell. */
export function emptinessOf(situation: Situation, texts: Texts): Emptiness | undefined {
  const found = reasonOf(situation, texts);
  const other = found && otherPlace(situation, texts);
  return found && other ? { ...found, remedies: [...found.remedies, other] } : found;
}

function reasonOf(situation: Situation, texts: Texts): Emptiness | undefined {
  const { progress, filter, failure, paused, standing, index } = situation;
  const { t } = texts.l10n;
  const cause = standing && amiss(standing, filter, texts);
  if (failure !== undefined) {
    // Nothing is searched for while there is no engine, whatever the search says.
    if (cause && standing.engine.name !== "running" && standing.engine.name !== "starting")
      return emptyFor(cause);
    return {
      title: t("The lines can't be read"),
      detail: failure,
      remedies: [
        { label: t("Try Again"), filter },
        ...(index === undefined ? [{ label: t("Add Log…"), command: "addLog" } as const] : []),
        { label: t("Show Output"), command: "output" },
      ],
    };
  }
  if (!progress?.done || progress.count > 0) return undefined;
  // Of another search than what is asked for by now, it may be another query's.
  const { missing = [] } = situation.found ? progress : {};
  const remedies: Remedy[] = [];
  const hiding: string[] = [];
  const hides = (what: string, label: string, without: Partial<Filter>): void => {
    hiding.push(what);
    remedies.push({ label, filter: { ...filter, ...without } });
  };
  const { range, cleared, sources } = filter;
  // Lines of other times and sources are not looked at, so that they are not among those that there are.
  const apart = range.kind !== "all" || cleared !== undefined || sources !== undefined || paused;
  if (progress.total > 0 || apart) {
    if (filter.query.trim() !== "") hides(t("the search"), t("Clear the search"), { query: "" });
    if (filter.levels) hides(t("the levels"), t("Show all levels"), { levels: undefined });
    if (sources) hides(t("the sources"), t("Show all sources"), { sources: undefined });
    if (range.kind !== "all") hides(t("the time range"), t("Show all time"), { range: EVERYTHING.range });
    if (cleared !== undefined) hides(t("what was cleared"), t("Show cleared lines"), { cleared: undefined });
  }
  const clearAll = hiding.length > 1;
  if (paused) {
    hiding.push(t("the pause"));
    remedies.push({ label: t("Go On"), resume: true });
  }
  if (hiding.length > 0) {
    if (clearAll) remedies.push({ label: t("Clear all"), filter: EVERYTHING });
    const wrong = cause?.kind === "info" || index !== undefined ? undefined : cause;
    const also = [
      ...missing.map(({ name, near }) =>
        near === undefined
          ? t("No line here has the field {0}.", name)
          : t("No line here has the field {0}: did you mean {1}?", name, near),
      ),
      wrong && [wrong.title, wrong.detail].filter(Boolean).join(": "),
    ]
      .filter(Boolean)
      .join(" ");
    const meant = missing.flatMap(({ near = "", query }) => {
      if (query === undefined) return [];
      const label = t("Search for {0}", query.length > LABEL ? `${near}:…` : query);
      return [{ label, filter: { ...filter, query } }];
    });
    return {
      title: t("No line fits"),
      detail: t("Left out by {0}.", hiding.join(", ")),
      ...(also && { also }),
      remedies: [...meant, ...remedies, ...commandsOf(wrong?.remedies ?? [])],
    };
  }
  if (index !== undefined) {
    return {
      title: t("The index has no line yet"),
      detail: t("What the sink {0} writes to holds no document with a time, or is not there yet.", index),
      remedies: [{ label: t("Try Again"), filter }],
    };
  }
  return cause ? emptyFor(cause) : nothingKept(standing, texts.l10n);
}

/** Where the lines may be that are not here: in the index that their source names, or here when that can't be asked. */
function otherPlace(
  { index, failure, filter: { sources = [] }, standing }: Situation,
  { l10n: { t } }: Texts,
): Remedy | undefined {
  if (index !== undefined)
    return failure === undefined ? undefined : { label: t("Search on this computer"), index: undefined };
  const [only, ...others] = sources;
  if (only === undefined || others.length > 0) return undefined;
  const place = standing?.snapshot?.sources.find(({ id }) => id === only)?.searchIn;
  return place === undefined ? undefined : { label: t("Search in {0}", place), index: place };
}

function nothingKept(standing: Standing | undefined, { t }: L10n): Emptiness {
  const title = t("No line is kept yet");
  if (standing?.snapshot && !standing.snapshot.store) {
    return {
      title: t("The embedded store is off"),
      detail: t("This view shows what it keeps: it shows nothing while the setting `store` is false."),
      remedies: [
        { label: t("Open Configuration"), command: "configure" },
        { label: t("Open Dashboard"), command: "dashboard" },
      ],
    };
  }
  return {
    title,
    detail: t("Lines appear here as they are read."),
    remedies: [
      { label: t("Add Log…"), command: "addLog" },
      { label: t("Open Dashboard"), command: "dashboard" },
    ],
  };
}

/** Why no line comes from the sources that are looked at. */
function amiss({ engine, snapshot }: Standing, { sources }: Filter, texts: Texts): Cause | undefined {
  const [first, ...others] = sources ?? [];
  return causeOf(
    {
      engine,
      snapshot,
      series: undefined,
      source: others.length === 0 ? first : undefined,
      range: 0,
      failure: undefined,
      shows: "lines",
    },
    texts,
  );
}

function emptyFor({ title, detail, remedies }: Cause): Emptiness {
  return { title, detail, remedies: commandsOf(remedies) };
}

/** Other remedies change what the dashboard shows. */
function commandsOf(remedies: readonly EngineRemedy[]): readonly Remedy[] {
  return remedies.filter((remedy) => "command" in remedy);
}
