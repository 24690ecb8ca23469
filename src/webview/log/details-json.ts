import { isoTime } from "../../lib/time.ts";
import type { Details } from "../../protocol/log-view.ts";
import { el } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { visible } from "./visible.ts";

/** Entries of one object or list that are shown, and characters of a text. */
const MOST = 200;
const LONGEST = 2_000;
/** So deep everything is open at first. */
const OPEN = 2;

/** A record as JSON, as a tree whose nested values unfold; they are made when they are. */
export function jsonTree(record: Details, { t }: L10n, formats: Formats): HTMLElement {
  const item = (name: string, value: unknown, depth: number): HTMLElement => {
    const entries = entriesOf(value);
    // In a narrow pane both end in dots.
    const key = el("span", { class: "json-key", title: visible(name) }, `${visible(name)}:`);
    if (!entries) {
      const text = leafText(value);
      const leaf = el("span", { class: `json-leaf json-${kindOf(value)}`, title: text }, text);
      return el("vscode-tree-item", {}, key, leaf);
    }
    const list = Array.isArray(value);
    const size = list ? `[${formats.count(entries.length)}]` : `{${formats.count(entries.length)}}`;
    const branch = el("vscode-tree-item", { branch: true }, key, el("span", { class: "json-size" }, size));
    let filled = false;
    const fill = (): void => {
      if (filled) return;
      filled = true;
      for (const [own, nested] of entries.slice(0, MOST)) branch.append(item(own, nested, depth + 1));
      if (entries.length > MOST)
        branch.append(el("vscode-tree-item", {}, t("{0} more", formats.count(entries.length - MOST))));
      for (const child of branch.children)
        if (child.localName === "vscode-tree-item") child.setAttribute("slot", "children");
    };
    if (depth < OPEN) {
      fill();
      branch.setAttribute("open", "");
    } else {
      // Opened by whatever key or click: the component says so by its attribute.
      new MutationObserver((_, observer) => {
        observer.disconnect();
        fill();
      }).observe(branch, { attributes: true, attributeFilter: ["open"] });
    }
    return branch;
  };
  const { time, nanos, level, source, file, offset, id, message, status, error, fields } = record;
  const whole = {
    id,
    time: isoTime(time, nanos),
    level,
    status,
    source,
    file,
    offset,
    message,
    error,
    fields,
  };
  const items = Object.entries(whole)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => item(name, value, 0));
  return el("vscode-tree", { "aria-label": t("The record as JSON"), "indent-guides": "always" }, ...items);
}

/** Of what is nested and not empty; undefined for all else. */
function entriesOf(value: unknown): [string, unknown][] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value);
  return entries.length > 0 ? entries : undefined;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : typeof value;
}

function leafText(value: unknown): string {
  const text = typeof value === "string" && value.length > LONGEST ? `${value.slice(0, LONGEST)}…` : value;
  return visible(JSON.stringify(text));
}
