import { reasonOf } from "../../errors.ts";
import type { Details } from "../../protocol/log-view.ts";
import { el } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import type { Acts } from "./details-acts.ts";
import { bytesOf } from "./details-bytes.ts";
import { deliveryOf, mayChange } from "./details-delivery.ts";
import { fieldsOf } from "./details-fields.ts";
import { jsonTree } from "./details-json.ts";
import type { Turning } from "./memory.ts";
import type { Times } from "./times.ts";

/** How often (ms) it is asked what became of a record that waits. */
const AGAIN = 2_000;

/** Everything about one record. */
export interface DetailsPane {
  readonly element: HTMLElement;
  update(record: Details | undefined): void;
  fail(reason: string): void;
  /** The focus is in it, or nowhere. */
  readonly focused: boolean;
  /** Times may be told in another zone. */
  restyle(): void;
}

interface Tab {
  readonly label: string;
  /** What it shows; asked for when it is looked at. */
  readonly fill: (record: Details) => readonly Node[] | Promise<readonly Node[]>;
}

export function createDetails(
  l10n: L10n,
  formats: Formats,
  times: Times,
  act: Acts,
  { tab, turned }: Turning,
): DetailsPane {
  const { t } = l10n;
  let record: Details | undefined;
  let chosen = tab;
  let zone = times.zone;
  let again: ReturnType<typeof setTimeout> | undefined;

  const button = (icon: string, label: string, run: () => void, name: string) => {
    const element = el("vscode-toolbar-button", { icon, label, title: label, "data-act": name });
    element.addEventListener("click", run);
    return element;
  };
  const bar = el(
    "header",
    {},
    el("h2", {}, t("Details")),
    button("go-to-file", t("Open file at this line (Ctrl+Enter)"), act.open, "open"),
    button("file-symlink-file", t("Open the code that it names (Alt+Enter)"), () => act.follow(), "follow"),
    button("list-tree", t("Show in full log (Shift+Enter)"), act.inFullLog, "full"),
    el("span", { class: "gap" }),
    button("copy", t("Copy line (Ctrl+C)"), () => act.copy("line"), "line"),
    button("json", t("Copy as JSON (Ctrl+Shift+C)"), () => act.copy("json"), "json"),
    button("markdown", t("Copy as Markdown"), () => act.copy("markdown"), "markdown"),
    button("filter", t("Copy as a filter for this record"), () => act.copy("filter"), "filter"),
    el("span", { class: "gap" }),
    button("close", t("Close details (Escape)"), act.close, "close"),
  );

  const later = (): void => {
    clearTimeout(again);
    again = setTimeout(() => chosen === tabs.indexOf(deliveryTab) && show(), AGAIN);
  };
  const delivery = async (): Promise<readonly Node[]> => {
    try {
      const fates = await act.fates();
      clearTimeout(again);
      if (mayChange(fates)) later();
      return deliveryOf(fates, l10n);
    } catch (error) {
      // Another search may have begun meanwhile.
      later();
      throw error;
    }
  };
  const deliveryTab: Tab = { label: t("Delivery"), fill: delivery };
  const tabs: readonly Tab[] = [
    { label: t("Fields"), fill: (of) => fieldsOf(of, { l10n, formats, times, act }) },
    { label: t("JSON"), fill: (of) => [jsonTree(of, l10n, formats)] },
    { label: t("Bytes"), fill: async () => bytesOf(await act.bytes(), l10n, formats) },
    deliveryTab,
  ];
  if (!tabs[chosen]) chosen = 0;
  const panels = tabs.map(() => el("vscode-tab-panel", { panel: true }));
  const strip = el(
    "vscode-tabs",
    { panel: true, "selected-index": String(chosen) },
    ...tabs.map(({ label }) => el("vscode-tab-header", {}, label)),
    ...panels,
  );
  strip.addEventListener("vsc-tabs-select", (event) => {
    chosen = (event as CustomEvent<{ selectedIndex: number }>).detail.selectedIndex;
    turned(chosen);
    show();
  });
  const element = el("aside", { class: "details", "aria-label": t("Details") }, bar, strip);
  element.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    act.close();
  });

  /** Fills the tab that is looked at; what was asked for another record meanwhile is not shown. */
  function show(): void {
    clearTimeout(again);
    zone = times.zone;
    const [tab, panel, of] = [tabs[chosen], panels[chosen], record];
    if (!tab || !panel || !of) return;
    const put = (nodes: readonly Node[]): void => {
      if (record === of) panel.replaceChildren(...nodes);
    };
    /** What was told before stays. */
    const fail = (error: unknown): void => {
      if (panel.childElementCount === 0) put([el("p", {}, reasonOf(error))]);
    };
    const filled = tab.fill(of);
    if ("then" in filled) filled.then(put, fail);
    else put(filled);
  }

  return {
    element,
    get focused() {
      const { activeElement, body } = document;
      return activeElement === null || activeElement === body || element.contains(activeElement);
    },
    update(next) {
      record = next;
      clearTimeout(again);
      for (const panel of panels) {
        panel.replaceChildren();
        panel.scrollTop = 0;
      }
      show();
    },
    restyle() {
      if (zone !== times.zone) show();
    },
    fail(reason) {
      record = undefined;
      for (const [i, panel] of panels.entries())
        panel.replaceChildren(...(i === chosen ? [el("p", {}, reason)] : []));
    },
  };
}
