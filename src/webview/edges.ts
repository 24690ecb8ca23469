import { el, setText } from "./dom.ts";
import { type Bounds, createEdgesDraft, type Fault, type Side } from "./edges-draft.ts";
import type { L10n } from "./l10n.ts";
import type { SpanFault } from "./span.ts";

/** The bounds of a span, to be read and to be written. */
export interface Edges {
  readonly element: HTMLElement;
  /** Undefined: it has none. */
  update(bounds: Bounds | undefined): void;
}

interface Parts {
  readonly t: L10n["t"];
  /** A moment (ms since the epoch) as an input of day and time has it. */
  readonly show: (ms: number) => string;
  readonly read: (text: string) => number | undefined;
  /** Why a span is none that there can be; left out, all can be. */
  readonly refuse?: (bounds: Bounds) => SpanFault | undefined;
  readonly choose: (bounds: Bounds) => void;
}

export function createEdges({ t, show, read, refuse, choose }: Parts): Edges {
  const draft = createEdgesDraft(show, read, refuse);
  const fault = el("span", { class: "fault", role: "status" });
  const box = (side: Side, label: string) => {
    const input = el("input", { type: "datetime-local", step: "1", "aria-label": label });
    input.addEventListener("input", () => draft.write(side, input.value));
    input.addEventListener("change", () => {
      draft.write(side, input.value);
      take();
    });
    // While one writes, each digit would be found fault with.
    input.addEventListener("blur", () => draft.written(side) && take(true));
    return { side, input };
  };
  const boxes = [box("since", t("From")), box("until", t("Until"))] as const;
  const [since, until] = boxes;
  const element = el(
    "span",
    { class: "between" },
    since.input,
    el("span", { "aria-hidden": "true" }, "–"),
    until.input,
    fault,
  );

  function take(left = false): void {
    const taken = draft.take();
    const wrong = typeof taken === "string";
    for (const { side, input } of boxes)
      input.setAttribute("aria-invalid", String(wrong && draft.written(side)));
    if (!wrong) {
      setText(fault, "");
      choose(taken);
    } else if (left) setText(fault, says(taken));
  }

  function says(wrong: Fault): string {
    if (wrong === "time") return t("This is no time");
    if (wrong === "order") return t("Until has to be later than From");
    return wrong === "future" ? t("This is in the future") : t("This is longer than 30 days");
  }

  return {
    element,
    update(bounds) {
      element.hidden = !bounds;
      if (!bounds) return;
      draft.told(bounds);
      for (const { side, input } of boxes) {
        // Writing what stands there would move the caret of one who writes.
        const text = draft.text(side);
        if (input.value !== text && document.activeElement !== input) input.value = text;
        if (!draft.written(side)) input.setAttribute("aria-invalid", "false");
      }
      if (!boxes.some(({ side }) => draft.written(side))) setText(fault, "");
    },
  };
}
