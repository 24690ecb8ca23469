import type { Snapshot } from "../model.ts";
import type { DashboardCalls, DashboardState, EngineStatus } from "../protocol/webview.ts";
import { accountRows } from "./account-rows.ts";
import { createAccountTable } from "./accounts.ts";
import { createAnnouncer } from "./announce.ts";
import { type Card, createCard, type Texts } from "./card.ts";
import { causeOf } from "./cause.ts";
import { arrange, el } from "./dom.ts";
import type { Window } from "./feed.ts";
import { createFigures } from "./figures.ts";
import { createNotice } from "./notice.ts";
import { plotsOf } from "./plots.ts";
import { createPointer } from "./pointer.ts";
import { createSinkTable, createSourceTable } from "./tables.ts";
import { createTheme } from "./theme.ts";
import { createToolbar } from "./toolbar.ts";

/** The run time moves on by itself. */
const TICK = 1000;

/** All that the page shows; it keeps nothing else. */
export interface Content {
  readonly state: DashboardState;
  readonly snapshot: Snapshot | undefined;
  readonly engine: EngineStatus;
  readonly window: Window | undefined;
  readonly failure: string | undefined;
  /** The duration field chosen. */
  readonly duration: string | undefined;
}

interface Parts extends Texts {
  readonly run: (request: DashboardCalls["run"][0]) => void;
  readonly range: (seconds: number) => void;
  readonly source: (id: string | undefined) => void;
  readonly duration: (value: string) => void;
}

export interface Page {
  readonly element: HTMLElement;
  draw(content: Content): void;
  /** A hidden page keeps no clock. */
  setVisible(visible: boolean): void;
}

export function createPage(parts: Parts): Page {
  const { l10n } = parts;
  const [theme, pointer, announcer] = [createTheme(), createPointer(), createAnnouncer()];
  const toolbar = createToolbar(l10n, parts);
  const figures = createFigures(parts);
  const notice = createNotice((remedy) => {
    if ("command" in remedy) {
      parts.run({ command: remedy.command, ...(remedy.source !== undefined && { source: remedy.source }) });
    } else if ("range" in remedy) parts.range(remedy.range);
    else parts.source(undefined);
  });
  const [sources, sinks] = [createSourceTable(parts, parts.run), createSinkTable(parts, parts.run)];
  const accounts = createAccountTable(parts);
  const charts = el("div", { class: "charts" });
  const cards = new Map<string, Card>();
  const element = el(
    "main",
    {},
    el("h1", { class: "unseen" }, "Log Monitor"),
    el("div", { class: "head" }, toolbar.element, figures.element),
    notice.element,
    charts,
    sources.element,
    sinks.element,
    accounts.element,
    announcer.element,
  );
  theme.onChange(() => {
    for (const card of cards.values()) card.restyle();
  });

  const cardOf = (id: string): Card => {
    const found = cards.get(id);
    if (found) return found;
    const card = createCard(id, { ...parts, theme, pointer, announcer, choose: parts.duration });
    cards.set(id, card);
    return card;
  };
  let content: Content | undefined;
  let clock: ReturnType<typeof setInterval> | undefined;
  let drawnFor: readonly unknown[] = [];

  /** Charts change with their figures, not with every snapshot. */
  const drawCharts = ({ window, state, snapshot, duration }: Content): void => {
    const order = (items: readonly { readonly id: string }[] | undefined) =>
      (items ?? []).map(({ id }) => id);
    const [known, sinks] = [order(snapshot?.sources), order(snapshot?.sinks)];
    const now = [window, state.source, duration, known.join("\n"), sinks.join("\n")];
    if (!window || now.every((value, i) => value === drawnFor[i])) return;
    drawnFor = now;
    const { series, at } = window;
    const plots = plotsOf({ series, at, source: state.source, sources: known, sinks, duration }, parts);
    arrange(
      charts,
      plots.map(({ id }) => cardOf(id).element),
    );
    for (const plot of plots) cardOf(plot.id).update(plot, window);
  };

  return {
    element,
    draw(next) {
      content = next;
      const { state, snapshot, window } = next;
      const cause = causeOf(
        { ...next, source: state.source, range: state.range, series: window?.series },
        parts,
      );
      const names = new Set([
        ...(snapshot?.sources ?? []).map(({ id }) => id),
        ...Object.keys(window?.series.sources ?? {}),
      ]);
      toolbar.update(state.range, state.source, [...names]);
      figures.update(snapshot, Date.now());
      notice.update(cause);
      charts.hidden = !window || cause?.alone === true;
      if (!charts.hidden) drawCharts(next);
      sources.element.hidden = !snapshot || snapshot.sources.length === 0;
      sinks.element.hidden = !snapshot || snapshot.sinks.length === 0;
      sources.update(snapshot?.sources ?? []);
      sinks.update(snapshot?.sinks ?? []);
      const rows = accountRows(snapshot, state.source);
      accounts.element.hidden = rows.length === 0;
      accounts.update(rows);
    },
    setVisible(visible) {
      clearInterval(clock);
      if (visible) clock = setInterval(() => figures.update(content?.snapshot, Date.now()), TICK);
    },
  };
}
