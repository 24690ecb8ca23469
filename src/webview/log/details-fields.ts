import { fieldName, termOf } from "../../lib/query-term.ts";
import { flatFields } from "../../lib/record-texts.ts";
import type { Details } from "../../protocol/log-view.ts";
import { el, icon } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import type { Acts } from "./details-acts.ts";
import { linkedText, unshown } from "./details-text.ts";
import type { Times } from "./times.ts";
import { visible } from "./visible.ts";

interface Parts {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly times: Times;
  readonly act: Acts;
}

/** One thing that is known of a record; `term` asks for the records that have the same. */
interface Known {
  readonly name: string;
  readonly value: string | Node;
  readonly term?: string;
  readonly own?: boolean;
}

/** What is known of a record, one a row, and the line as it was read. */
export function fieldsOf(record: Details, parts: Parts): readonly Node[] {
  const { l10n, formats, times, act } = parts;
  const { t } = l10n;
  const { id, sentAs, time, nanos, level, status, source, file, offset, message, raw, fields, error } =
    record;
  const linked = (text: string, name: string) => linkedText(text, name, record, l10n, act.follow);
  const known: Known[] = [
    { name: t("Time"), value: times.full(time, nanos) },
    ...(level === undefined ? [] : [{ name: t("Level"), value: level, term: termOf("level", level) }]),
    ...(status === undefined
      ? []
      : [{ name: t("Status"), value: String(status), term: termOf("status", status) }]),
    { name: t("Source"), value: source, term: termOf("source", source) },
    {
      name: t("Place"),
      value: t("{0}, byte {1}", visible(file), formats.count(offset)),
      term: termOf("file", file),
    },
    { name: t("Id"), value: visible(sentAs === id ? id : `${sentAs} (${id})`), term: termOf("id", sentAs) },
    ...(error === undefined
      ? []
      : [{ name: t("Not parsed"), value: visible(error), term: termOf("error", error) }]),
    ...(message === raw
      ? []
      : [{ name: t("Message"), value: linked(message, "message"), term: termOf("message", message) }]),
    ...flatFields(fields).map(([name, value]) => ({
      name,
      value: typeof value === "string" ? linked(value, `fields.${name}`) : visible(JSON.stringify(value)),
      term: termOf(fieldName(name), value),
      own: true,
    })),
  ];
  const rows = known.map((one) => rowOf(one, parts));
  const table = el("div", { class: "fields", role: "table", "aria-label": t("Fields") }, ...rows);
  table.addEventListener("keydown", (event) => moved(event, rows));
  rows[0]?.setAttribute("tabindex", "0");
  const more = unshown(raw);
  return [
    table,
    el("p", { class: "tip" }, t("On a field: + shows its value alone, − hides it, F copies it as a filter.")),
    el("h3", {}, t("As it was read")),
    el("pre", {}, linked(raw, "raw")),
    ...(more > 0
      ? [el("p", {}, t("{0} more characters: copy the line to have them.", formats.count(more)))]
      : []),
  ];
}

function rowOf({ name, value, term, own }: Known, { l10n: { t }, act }: Parts): HTMLElement {
  const cell = (role: string, of: string, ...children: (string | Node)[]) =>
    el("span", { class: of, role }, ...children);
  const shown = visible(name);
  const actions = cell("cell", "actions");
  const row = el(
    "div",
    { class: own ? "field own" : "field", role: "row", tabindex: "-1" },
    cell("rowheader", "name", shown),
    cell("cell", "value", value),
    actions,
  );
  if (term === undefined) return row;
  const deeds: Record<string, () => void> = {
    "+": () => act.ask(term, false),
    "-": () => act.ask(term, true),
    f: () => act.copyText(term),
  };
  const button = (sign: string, label: string, key: string) => {
    const element = el(
      "button",
      { type: "button", tabindex: "-1", title: label, "aria-label": label },
      icon(sign),
    );
    element.addEventListener("click", () => deeds[key]?.());
    return element;
  };
  actions.append(
    button("zoom-in", t("Show only {0} of this value (+)", shown), "+"),
    button("zoom-out", t("Hide {0} of this value (-)", shown), "-"),
    button("filter", t("Copy {0} as a filter (F)", shown), "f"),
  );
  row.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target !== row) return;
    const deed = deeds[event.key === "=" ? "+" : event.key.toLowerCase()];
    if (!deed) return;
    event.preventDefault();
    deed();
  });
  return row;
}

/** One of the rows has the keyboard: arrows go from one to the next. */
function moved(event: KeyboardEvent, rows: readonly HTMLElement[]): void {
  const at = rows.indexOf(event.target as HTMLElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  const row = to === undefined || at < 0 ? undefined : rows[to];
  if (!row) return;
  event.preventDefault();
  for (const other of rows) other.setAttribute("tabindex", other === row ? "0" : "-1");
  row.focus();
}
