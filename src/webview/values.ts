import { visible } from "../lib/visible.ts";
import type { FacetsTold, LogTarget, SearchRequest } from "../protocol/log-view.ts";
import { createCounting } from "./counting.ts";
import type { ValueCounts } from "./csv.ts";
import { arrange, el, setText } from "./dom.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { termFor } from "./log/facet-term.ts";
import { mainPlace } from "./main-fields.ts";
import type { Search } from "./search.ts";
import { createSelect } from "./select.ts";
import { createValueList, type ValueList } from "./value-list.ts";

type Facet = FacetsTold["fields"][number];

const LISTS = 4;

export interface Values {
  readonly element: HTMLElement;
  /** Lines of which time and source are shown; whether there is a store that holds any. */
  update(target: LogTarget, stored: boolean): void;
  told(facets: FacetsTold): void;
  /** Why they are counted no further. */
  failed(reason: string): void;
  /** What the lists show of the time and source that are shown: counted now where nobody has looked yet. */
  counts(): Promise<readonly ValueCounts[]>;
}

/** So long (ms) an export waits for what is still being counted; then it has what is counted so far, and says so. */
const PATIENCE = 10_000;

interface Parts {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly search: (request: SearchRequest) => Promise<void>;
  readonly open: (search: Search) => void;
  readonly configure: () => void;
}

/** Which values the main fields have most often; a click opens their lines. */
export function createValues({ l10n, formats, search, open, configure }: Parts): Values {
  const { t } = l10n;
  const select = createSelect((value) => {
    chosen = value;
    draw();
  });
  const note = el("p", { class: "note" });
  // Always in the page: a live region that comes with its text is not read out.
  const fault = el("p", { class: "fault", role: "status" });
  const again = el("vscode-button", { secondary: true }, t("Try Again"));
  again.addEventListener("click", () => counting.again());
  const remedy = el("vscode-button", { secondary: true }, t("Open Configuration"));
  remedy.addEventListener("click", configure);
  const lists = el("div", { class: "lists" });
  const element = el(
    "section",
    { class: "grid values", "aria-labelledby": "title-values" },
    el("header", {}, el("h2", { id: "title-values" }, t("Top values")), select.element),
    lists,
    el("div", { class: "foot" }, note, fault, again, remedy),
  );
  const shown = new Map<string, ValueList>();
  let chosen: string | undefined;
  let target: LogTarget | undefined;
  let stored = true;
  let inSight = false;

  const ask = (): void => {
    if (inSight && target && stored) counting.want(target);
  };

  const fieldsShown = (fields: readonly Facet[]): readonly Facet[] => {
    const first = fields.find(({ name }) => name === chosen);
    const rank = ({ name }: Facet) => mainPlace(name) ?? Number.MAX_SAFE_INTEGER;
    const few = ({ values, numbers, records }: Facet) =>
      !numbers && (values[0]?.count ?? 0) * 2 > records / 20;
    const rest = fields
      .filter((field) => field !== first && (mainPlace(field.name) !== undefined || few(field)))
      .toSorted((a, b) => rank(a) - rank(b));
    return [...(first ? [first] : []), ...rest].slice(0, LISTS);
  };

  const noteText = (): string => {
    if (!stored)
      return t("The embedded store is off: without it no values are counted, and no lines opened.");
    const { facets, failure } = counting;
    if (failure !== undefined) return "";
    if (!facets) return t("Being counted…");
    if (facets.hits === 0) return t("No line of this time and source is in the store.");
    const [counted, hits] = [formats.count(facets.counted), formats.count(facets.hits)];
    if (facets.counted >= facets.hits)
      return facets.hits === 1 ? t("of 1 line") : t("of all {0} lines", hits);
    return facets.done
      ? t("of a sample: {0} of {1} lines", counted, hits)
      : t("being counted: {0} of {1} lines", counted, hits);
  };

  const listed = (): readonly Facet[] =>
    (stored && counting.facets?.fields.filter(({ values }) => values.length > 0)) || [];

  const draw = (): void => {
    const fields = listed();
    const now = fieldsShown(fields);
    select.update(
      fields.length === 0
        ? undefined
        : {
            label: t("Field of the first list"),
            chosen: now[0]?.name ?? "",
            options: fields.map(({ name }) => ({ value: name, label: visible(name) })),
          },
    );
    for (const name of shown.keys()) if (!now.some((field) => field.name === name)) shown.delete(name);
    arrange(
      lists,
      now.map((field) => {
        const list = shown.get(field.name) ?? createValueList(field.name, { l10n, formats });
        shown.set(field.name, list);
        list.update(field, (value) => open({ query: termFor(field.name, value) }));
        return list.element;
      }),
    );
    setText(note, noteText());
    const failure = stored ? counting.failure : undefined;
    setText(fault, failure === undefined ? "" : t("The values can't be counted: {0}", failure));
    again.hidden = failure === undefined;
    remedy.hidden = stored;
  };
  const counting = createCounting({ search, changed: draw });

  new IntersectionObserver(
    (entries) => {
      inSight = entries.at(-1)?.isIntersecting ?? false;
      ask();
    },
    { rootMargin: "200px" },
  ).observe(element);

  return {
    element,
    update(next, has) {
      target = next;
      stored = has;
      ask();
      draw();
    },
    told: counting.told,
    failed: counting.failed,
    async counts() {
      if (!target || !stored) return [];
      counting.want(target);
      await Promise.race([counting.counted(), new Promise((resolve) => setTimeout(resolve, PATIENCE))]);
      const { current } = counting;
      const { range } = target;
      if (!current || !range) return [];
      const { facets, askedAt } = current;
      const { since, until } =
        range.kind === "between" ? range : { since: askedAt - range.seconds * 1000, until: Date.now() };
      const some = facets.counted < facets.hits || !facets.done;
      const unit = some ? noteText() : t("lines");
      return fieldsShown(listed()).map(({ name, values, exact }) => ({
        title: t("Top values of {0}", name),
        values,
        unit: exact ? unit : t("{0}, counts are at least", unit),
        since,
        until,
      }));
    },
  };
}
