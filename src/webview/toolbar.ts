import { el } from "./dom.ts";
import type { L10n } from "./l10n.ts";
import { RANGES, rangeName } from "./ranges.ts";
import { createSelect } from "./select.ts";

export interface Toolbar {
  readonly element: HTMLElement;
  update(range: number, source: string | undefined, sources: readonly string[]): void;
}

interface Choices {
  range(seconds: number): void;
  /** Undefined: all sources. */
  source(id: string | undefined): void;
}

/** Which time and which sources are shown. */
export function createToolbar({ t }: L10n, choose: Choices): Toolbar {
  const radios = RANGES.map((range) => {
    const input = el("input", { type: "radio", name: "range", value: String(range) });
    input.addEventListener("change", () => choose.range(range));
    return { range, input, label: el("label", {}, input, el("span", {}, rangeName(range))) };
  });
  // A source may be called anything, so "all" is told from ids by its form.
  const all = JSON.stringify(null);
  const select = createSelect((value) => {
    const id: unknown = JSON.parse(value);
    choose.source(typeof id === "string" ? id : undefined);
  });
  const element = el(
    "div",
    { class: "toolbar" },
    el(
      "fieldset",
      { class: "ranges" },
      el("legend", { class: "unseen" }, t("Time range")),
      ...radios.map(({ label }) => label),
    ),
    select.element,
  );
  return {
    element,
    update(range, source, sources) {
      for (const radio of radios) radio.input.checked = radio.range === range;
      const known = source === undefined || sources.includes(source) ? sources : [...sources, source];
      select.update({
        label: t("Source"),
        chosen: JSON.stringify(source ?? null),
        options: [
          { value: all, label: t("All sources") },
          ...known.map((id) => ({ value: JSON.stringify(id), label: id })),
        ],
      });
    },
  };
}
