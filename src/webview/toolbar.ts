import { createBetween } from "./between.ts";
import { el } from "./dom.ts";
import type { Formats } from "./formats.ts";
import type { L10n } from "./l10n.ts";
import { RANGES } from "./ranges.ts";
import { createSelect } from "./select.ts";
import type { Span } from "./span.ts";

export interface Toolbar {
  readonly element: HTMLElement;
  update(shown: Shown, sources: readonly string[]): void;
  /** Whether a span that is selected on a chart opens the log view. */
  opens(opens: boolean): void;
  /** Goes to what time is shown. */
  focus(): void;
}

interface Shown {
  readonly range: number;
  /** In its place, when it is there. */
  readonly between?: Span | undefined;
  readonly source?: string | undefined;
}

interface Choices {
  range(seconds: number): void;
  between(span: Span): void;
  zoomOut(): void;
  /** Undefined: all sources. */
  source(id: string | undefined): void;
  lines(): void;
  opens(opens: boolean): void;
  savePictures(): void;
  saveAllNumbers(): void;
}

/** Which time and which sources are shown, and what can be done with all charts. */
export function createToolbar({ t }: L10n, formats: Pick<Formats, "range">, choose: Choices): Toolbar {
  const radios = RANGES.map((range) => {
    const input = el("input", { type: "radio", name: "range", value: String(range) });
    input.addEventListener("change", () => choose.range(range));
    return { range, input, label: el("label", {}, input, el("span", {}, formats.range(range))) };
  });
  // A source may be called anything, so "all" is told from ids by its form.
  const all = JSON.stringify(null);
  const select = createSelect((value) => {
    const id: unknown = JSON.parse(value);
    choose.source(typeof id === "string" ? id : undefined);
  });
  const between = createBetween(t, choose.between);
  const button = (icon: string, label: string, run: () => void) => {
    const made = el("vscode-toolbar-button", { icon, label, title: label });
    made.addEventListener("click", run);
    return made;
  };
  let range: number = RANGES[0];
  const live = el("vscode-button", { secondary: true, icon: "debug-continue" }, t("Live"));
  live.addEventListener("click", () => choose.range(range));
  const lines = el("vscode-button", { secondary: true, icon: "list-flat" }, t("Open in Log View"));
  lines.addEventListener("click", choose.lines);
  const selected = t("Open the log view at what is selected on a chart");
  const opens = el("vscode-toolbar-button", {
    icon: "split-horizontal",
    label: selected,
    title: selected,
    toggleable: true,
  });
  opens.addEventListener("change", () => choose.opens(opens.checked));
  const element = el(
    "div",
    { class: "toolbar" },
    el(
      "fieldset",
      { class: "ranges" },
      el("legend", { class: "unseen" }, t("Time range")),
      ...radios.map(({ label }) => label),
    ),
    between.element,
    live,
    select.element,
    el(
      "div",
      { class: "tools", role: "group", "aria-label": t("All charts") },
      lines,
      opens,
      button("zoom-out", t("Zoom out (-)"), choose.zoomOut),
      button("device-camera", t("Save all charts as a picture"), choose.savePictures),
      button("desktop-download", t("Save the numbers of all charts"), choose.saveAllNumbers),
    ),
  );
  return {
    element,
    opens(next) {
      opens.checked = next;
    },
    focus() {
      const checked = radios.find(({ input }) => input.checked)?.input ?? live;
      // One reads on further down.
      checked.focus({ preventScroll: true });
    },
    update(shown, sources) {
      range = shown.range;
      const { source } = shown;
      for (const radio of radios) radio.input.checked = !shown.between && radio.range === range;
      between.update(shown.between);
      live.hidden = !shown.between;
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
