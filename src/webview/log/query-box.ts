import { el, setText } from "../dom.ts";
import type { L10n } from "../l10n.ts";

/** What is wrong with the query, and where. */
export interface Problem {
  readonly reason: string;
  readonly column?: number | undefined;
}

/** The one box in which a query is written. */
export interface QueryBox {
  readonly element: HTMLElement;
  update(query: string, problem: Problem | undefined): void;
  focus(): void;
}

interface Parts {
  readonly l10n: L10n;
  /** What is written, a moment after it was; `asked` when it was finished with Enter. */
  readonly changed: (query: string, asked: boolean) => void;
  readonly history: () => readonly string[];
}

/** Between a key and the search, in ms: a fast typist's next key comes within it. */
const PAUSE = 80;

export function createQueryBox({ l10n: { t }, changed, history }: Parts): QueryBox {
  const label = t('Search: words, "phrases", field:value, field:>=n, AND OR NOT ( )');
  const marks = el("div", { class: "marks", "aria-hidden": "true" });
  const input = el("input", {
    type: "text",
    class: "query",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: label,
    "aria-label": label,
    "aria-describedby": "query-problem",
  });
  const reason = el("p", { class: "problem", id: "query-problem", role: "status" });
  const element = el(
    "div",
    { class: "query-box" },
    el("div", { class: "query-field" }, marks, input),
    reason,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  let at: number | undefined;

  const tell = (asked: boolean): void => {
    clearTimeout(timer);
    if (asked) changed(input.value, true);
    else timer = setTimeout(() => changed(input.value, false), PAUSE);
  };
  input.addEventListener("input", () => {
    at = undefined;
    marks.replaceChildren();
    tell(false);
  });
  input.addEventListener("scroll", () => {
    marks.scrollLeft = input.scrollLeft;
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter") tell(true);
    else if (event.key === "Escape" && input.value !== "") {
      input.value = "";
      tell(true);
      event.stopPropagation();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const past = history();
      const from = at ?? past.length;
      const to = Math.min(past.length, Math.max(0, from + (event.key === "ArrowUp" ? -1 : 1)));
      if (to === from) return;
      at = to;
      input.value = past[to] ?? "";
      event.preventDefault();
      tell(false);
    }
  });

  return {
    element,
    update(query, problem) {
      if (document.activeElement !== input && input.value !== query) input.value = query;
      setText(reason, problem?.reason ?? "");
      input.setAttribute("aria-invalid", String(problem !== undefined));
      if (!problem) return marks.replaceChildren();
      const column = Math.min(problem.column ?? 0, input.value.length);
      const [word = ""] = /^\S*/.exec(input.value.slice(column)) ?? [];
      // At the end something lacks: a space shows where.
      marks.replaceChildren(input.value.slice(0, column), el("mark", {}, word || "\u00a0\u00a0"));
      marks.scrollLeft = input.scrollLeft;
    },
    focus: () => input.focus(),
  };
}
