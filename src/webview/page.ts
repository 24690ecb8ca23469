import type { Snapshot } from "../model.ts";
import type { FacetsTold, LogTarget, SearchRequest } from "../protocol/log-view.ts";
import type { DashboardCalls, DashboardState, EngineStatus, SaveRequest } from "../protocol/webview.ts";
import { accountRows } from "./account-rows.ts";
import { createAccountTable } from "./accounts.ts";
import { causeOf } from "./cause.ts";
import { createCharts } from "./charts.ts";
import { el, setText } from "./dom.ts";
import type { Window } from "./feed.ts";
import { createFigures } from "./figures.ts";
import { keepFocus } from "./kept-focus.ts";
import { createLead } from "./lead.ts";
import { createNotice } from "./notice.ts";
import { longerThan } from "./ranges.ts";
import { type Search, targetOf } from "./search.ts";
import { type Span, spanOf, widened } from "./span.ts";
import type { Texts } from "./summary.ts";
import type { Tabled } from "./tabled.ts";
import { createSinkTable, createSourceTable } from "./tables.ts";
import { createToolbar } from "./toolbar.ts";
import { createValues } from "./values.ts";

/** The run time moves on by itself. */
const TICK = 1000;

/** All that the page shows; it keeps nothing else. */
export interface Content {
  readonly state: DashboardState;
  readonly snapshot: Snapshot | undefined;
  readonly engine: EngineStatus;
  readonly window: Window | undefined;
  readonly failure: string | undefined;
  /** What the user asked for and could not be done just now. */
  readonly note: string | undefined;
}

interface Parts extends Texts {
  readonly run: (request: DashboardCalls["run"][0]) => void;
  /** The last seconds, or a span of the past. */
  readonly time: (time: { readonly range: number } | { readonly between: Span }) => void;
  readonly source: (id: string | undefined) => void;
  readonly duration: (value: string) => void;
  readonly tables: Tabled;
  readonly lines: (target: LogTarget) => void;
  readonly save: (request: SaveRequest) => void;
  readonly values: (request: SearchRequest) => Promise<void>;
  /** Whether a span that is selected opens the log view. */
  readonly setOpens: (opens: boolean) => void;
  readonly fail: (error: unknown) => void;
}

export interface Page {
  readonly element: HTMLElement;
  draw(content: Content): void;
  told(facets: FacetsTold): void;
  /** Why the values are counted no further. */
  uncounted(reason: string): void;
  opens(opens: boolean): void;
  /** A hidden page keeps no clock. */
  setVisible(visible: boolean): void;
}

export function createPage(parts: Parts): Page {
  const { l10n } = parts;
  let content: Content | undefined;
  let clock: ReturnType<typeof setInterval> | undefined;

  const shown = (): Span => {
    const until = Math.floor(Date.now() / 1000);
    const { between, range } = content?.state ?? { range: 0 };
    return between ?? content?.window ?? { from: until - range, until };
  };
  const zoom = ({ from, until }: Span, selected = false): void => {
    const between = spanOf(from, until, Date.now() / 1000);
    if (!between) return;
    if (selected) lead.select();
    parts.time({ between });
  };
  const zoomOut = (): void => parts.time(widened(shown(), Date.now() / 1000));
  const target = (search: Search, span?: Span): LogTarget => {
    const { source, between, range } = content?.state ?? { range: 0 };
    const all = { ...(source !== undefined && { source }), ...search };
    const live = between || span ? {} : { live: range };
    return targetOf(all, { series: content?.window?.series, span: span ?? shown(), ...live });
  };
  const charted = (): LogTarget["charts"] => {
    const { source } = content?.state ?? {};
    return source === undefined ? {} : { source };
  };
  const open = (search: Search, span?: Span): void =>
    parts.lines({ ...target(search, span), charts: charted() });
  const lead = createLead(
    (along) => {
      // There are no lines to be shown of what nobody keeps.
      if (content && stored(content)) parts.lines({ ...target({}), charts: { ...charted(), along } });
    },
    () => Date.now() / 1000,
  );
  const charts = createCharts({
    ...parts,
    choose: parts.duration,
    zoom: (span) => zoom(span, true),
    zoomOut,
    open,
    remedies() {
      const { source, between, range = 0 } = content?.state ?? {};
      const longer = longerThan(range);
      return [
        ...(between ? [{ label: l10n.t("Zoom Out"), run: zoomOut }] : []),
        ...(between || longer === undefined
          ? []
          : [
              {
                label: l10n.t("Show {0}", parts.formats.range(longer)),
                run: () => parts.time({ range: longer }),
              },
            ]),
        ...(source === undefined
          ? []
          : [{ label: l10n.t("Show All Sources"), run: () => parts.source(undefined) }]),
      ];
    },
  });
  const values = createValues({
    ...parts,
    search: parts.values,
    open,
    configure: () => parts.run({ command: "configure" }),
  });
  const toolbar = createToolbar(l10n, parts.formats, {
    ...charts,
    range: (range) => parts.time({ range }),
    between: (span) => zoom(span),
    zoomOut,
    source: parts.source,
    lines: () => open({}),
    saveAllNumbers: () => void values.counts().then(charts.saveAllNumbers, parts.fail),
    opens: parts.setOpens,
  });
  const figures = createFigures(parts);
  const notice = createNotice((remedy) => {
    if ("command" in remedy) {
      parts.run({ command: remedy.command, ...(remedy.source !== undefined && { source: remedy.source }) });
    } else if ("range" in remedy) parts.time({ range: remedy.range });
    else if ("zoomOut" in remedy) zoomOut();
    else parts.source(undefined);
  });
  const note = el("p", { class: "refused", role: "status" });
  const [sources, sinks] = [createSourceTable(parts, parts.run), createSinkTable(parts, parts.run)];
  const accounts = createAccountTable(parts);
  const element = el(
    "main",
    {},
    el("h1", { class: "unseen" }, "Log Monitor"),
    el("div", { class: "head" }, toolbar.element, figures.element),
    note,
    notice.element,
    charts.element,
    values.element,
    sources.element,
    sinks.element,
    accounts.element,
  );

  const draw = (next: Content): void => {
    content = next;
    setText(note, next.note ?? "");
    const { state, snapshot, window } = next;
    const { source, range, between } = state;
    const cause = causeOf({ ...next, source, range, between, series: window?.series }, parts);
    const names = new Set([
      ...(snapshot?.sources ?? []).map(({ id }) => id),
      ...Object.keys(window?.series.sources ?? {}),
    ]);
    toolbar.update(state, [...names]);
    figures.update(snapshot, Date.now());
    notice.update(cause);
    charts.element.hidden = !window || cause?.alone === true;
    if (!charts.element.hidden) charts.draw(next);
    values.element.hidden = charts.element.hidden || !snapshot;
    if (!values.element.hidden) values.update(target({}), snapshot?.store !== undefined);
    sources.element.hidden = !snapshot || snapshot.sources.length === 0;
    sinks.element.hidden = !snapshot || snapshot.sinks.length === 0;
    sources.update(snapshot?.sources ?? []);
    sinks.update(snapshot?.sinks ?? []);
    const rows = accountRows(snapshot, state.source);
    accounts.element.hidden = rows.length === 0;
    accounts.update(rows);
    lead.draw(next);
  };

  return {
    element,
    draw: (next) => keepFocus(() => draw(next), toolbar.focus),
    told: (facets) => keepFocus(() => values.told(facets), toolbar.focus),
    uncounted: values.failed,
    opens: toolbar.opens,
    setVisible(visible) {
      clearInterval(clock);
      if (visible) clock = setInterval(() => figures.update(content?.snapshot, Date.now()), TICK);
    },
  };
}

/** Whether the lines that are charted can be searched: in the embedded store, or where their source says. */
function stored({ snapshot, state }: Pick<Content, "snapshot" | "state">): boolean {
  const { searchIn } = snapshot?.sources.find(({ id }) => id === state.source) ?? {};
  return snapshot?.store !== undefined || searchIn !== undefined;
}
