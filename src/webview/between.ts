import { el } from "./dom.ts";
import type { L10n } from "./l10n.ts";
import type { Span } from "./span.ts";

/** The edges of a span of the past, to be read and to be written. */
export interface Between {
  readonly element: HTMLElement;
  /** Undefined: what is shown ends now. */
  update(span: Span | undefined): void;
}

export function createBetween(t: L10n["t"], choose: (span: Span) => void): Between {
  const moment = (label: string) => el("input", { type: "datetime-local", step: "1", "aria-label": label });
  const [from, until] = [moment(t("From")), moment(t("Until"))];
  const element = el("span", { class: "between" }, from, el("span", { "aria-hidden": "true" }, "–"), until);
  const take = (): void => {
    const [begin, end] = [Date.parse(from.value) / 1000, Date.parse(until.value) / 1000];
    if (begin < end) choose({ from: begin, until: end });
  };
  from.addEventListener("change", take);
  until.addEventListener("change", take);
  return {
    element,
    update(span) {
      element.hidden = !span;
      if (!span) return;
      // Writing what stands there would move the caret of one who writes.
      for (const [input, time] of [
        [from, span.from],
        [until, span.until],
      ] as const) {
        const value = localTime(time);
        if (input.value !== value && document.activeElement !== input) input.value = value;
      }
    },
  };
}

/** A moment (s since the epoch) as the input has it: in the machine's zone, without one. */
function localTime(seconds: number): string {
  const shift = new Date(seconds * 1000).getTimezoneOffset() * 60;
  return new Date((seconds - shift) * 1000).toISOString().slice(0, 19);
}
