import type { Details } from "../../protocol/log-view.ts";
import { el } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import type { Times } from "./times.ts";
import { visible, visibleLines } from "./visible.ts";

/** More of a line than this (UTF-16 units) would make the page slow; copying it gives all. */
const MOST = 200_000;

export interface Act {
  readonly open: () => void;
  readonly copy: (as: "line" | "json") => void;
  readonly inFullLog: () => void;
  readonly close: () => void;
}

/** Everything about one record. */
export interface DetailsPane {
  readonly element: HTMLElement;
  update(record: Details | undefined): void;
  fail(reason: string): void;
}

export function createDetails({ t }: L10n, formats: Formats, times: Times, act: Act): DetailsPane {
  const button = (icon: string, label: string, run: () => void, name: string) => {
    const element = el("vscode-toolbar-button", { icon, label, title: label, "data-act": name });
    element.addEventListener("click", run);
    return element;
  };
  const place = el("span", { class: "place" });
  const bar = el(
    "header",
    {},
    el("h2", {}, t("Details")),
    place,
    button("go-to-file", t("Open file at this line (Ctrl+Enter)"), act.open, "open"),
    button("list-tree", t("Show in full log (Shift+Enter)"), act.inFullLog, "full"),
    button("copy", t("Copy line (Ctrl+C)"), () => act.copy("line"), "line"),
    button("json", t("Copy as JSON (Ctrl+Shift+C)"), () => act.copy("json"), "json"),
    button("close", t("Close details (Escape)"), act.close, "close"),
  );
  const content = el("div", { class: "content", tabindex: "0", role: "region", "aria-label": t("Details") });
  const element = el("aside", { class: "details", "aria-label": t("Details") }, bar, content);

  const pair = (name: string, value: string) => [
    el("dt", {}, visible(name)),
    el("dd", {}, visibleLines(value)),
  ];
  const textOf = (value: unknown): string =>
    typeof value === "string" ? value : JSON.stringify(value, null, 2);

  return {
    element,
    update(record) {
      if (!record) return content.replaceChildren();
      const { id, time, nanos, level, status, source, file, offset, message, raw, fields, error } = record;
      place.textContent = visible(file);
      place.title = file;
      const names = Object.keys(fields);
      content.replaceChildren(
        el(
          "dl",
          {},
          ...pair(t("Time"), times.full(time, nanos)),
          ...(level === undefined ? [] : pair(t("Level"), level)),
          ...(status === undefined ? [] : pair(t("Status"), String(status))),
          ...pair(t("Source"), source),
          ...pair(t("Place"), t("{0}, byte {1}", file, formats.count(offset))),
          ...pair(t("Id"), id),
          ...(error === undefined ? [] : pair(t("Not parsed"), error)),
          ...(message === raw ? [] : pair(t("Message"), message.slice(0, MOST))),
        ),
        ...(names.length === 0
          ? []
          : [
              el("h3", {}, t("Fields")),
              el("dl", { class: "fields" }, ...names.flatMap((name) => pair(name, textOf(fields[name])))),
            ]),
        el("h3", {}, t("As it was read")),
        el("pre", {}, visibleLines(raw.slice(0, MOST))),
        ...(raw.length > MOST
          ? [
              el(
                "p",
                {},
                t("{0} more characters: copy the line to have them.", formats.count(raw.length - MOST)),
              ),
            ]
          : []),
      );
    },
    fail(reason) {
      content.replaceChildren(el("p", {}, reason));
    },
  };
}
