import type { Suggestion, Suggestions, SuggestRequest } from "../../protocol/suggestions.ts";
import { el, setText } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { createSuggestionList } from "./query-box-list.ts";
import { createProblemTexts } from "./query-problem.ts";
import { createRecall } from "./recall.ts";
import { restAfter } from "./typing.ts";

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
  readonly formats: Formats;
  /** What is written, a moment after it was; `asked` when it was finished with Enter. */
  readonly changed: (query: string, asked: boolean) => void;
  readonly history: () => readonly string[];
  readonly suggest: (request: SuggestRequest) => Promise<Suggestions>;
}

/** Between a key and the request for suggestions, in ms: the search for what was typed goes first. */
const REST = 50;

export function createQueryBox({ l10n, formats, changed, history, suggest }: Parts): QueryBox {
  const { t } = l10n;
  const label = t('Search: words, "phrases", /expressions/, field:value, field:>=n, AND OR NOT ( )');
  const told = createProblemTexts(l10n);
  const marks = el("div", { class: "marks", "aria-hidden": "true" });
  const input = el("input", {
    type: "text",
    class: "query",
    spellcheck: "false",
    autocomplete: "off",
    placeholder: label,
    title: label,
    "aria-label": label,
    "aria-describedby": "query-problem",
  });
  const reason = el("p", { class: "problem", id: "query-problem", role: "status" });
  const list = createSuggestionList({ l10n, formats, input, take });
  const element = el(
    "div",
    { class: "query-box" },
    el("div", { class: "query-field" }, marks, input),
    list.element,
    reason,
  );
  let timer: ReturnType<typeof setTimeout> | undefined;
  /** When a key was pressed last. */
  let pressed = Number.NEGATIVE_INFINITY;
  const recall = createRecall(history);
  /** The query in force when it was told last: another one is written into the box, whoever writes there. */
  let inForce: string | undefined;
  /** Number of the last request for suggestions, and what the ones that are shown are for. */
  let asked = 0;
  let shown: { readonly query: string; readonly suggestions: Suggestions } | undefined;
  /** What was taken while those for what was written by then were still on their way. */
  let meant: Suggestion | undefined;

  const rest = (): void => {
    clearTimeout(timer);
    timer = undefined;
  };
  const tell = (finished: boolean): void => {
    rest();
    const now = performance.now();
    const wait = finished ? 0 : restAfter(input.value, now - pressed);
    pressed = now;
    if (wait === 0) changed(input.value, finished);
    else
      timer = setTimeout(() => {
        timer = undefined;
        changed(input.value, false);
      }, wait);
  };
  const close = (): void => {
    asked++;
    shown = meant = undefined;
    list.close();
  };
  /** @param wanted also where nothing is begun yet, and with the first one chosen */
  const ask = async (wanted: boolean): Promise<void> => {
    const number = ++asked;
    const query = input.value;
    const caret = input.selectionStart ?? query.length;
    if (!wanted) await new Promise((resolve) => setTimeout(resolve, REST));
    if (number !== asked) return;
    const suggestions = await suggest({ query, at: caret }).catch(() => undefined);
    if (number !== asked) return;
    if (!suggestions || document.activeElement !== input) return close();
    const written = query.slice(suggestions.from, caret);
    const { options } = suggestions;
    const idle = written === "" && options.some(({ kind }) => kind === "field");
    const complete = options.length === 1 && options[0]?.text.trimEnd() === written;
    if (!wanted && (idle || complete)) return close();
    shown = { query, suggestions };
    list.show(suggestions, wanted);
    const again = options.find(({ kind, text }) => kind === meant?.kind && text === meant.text);
    meant = undefined;
    if (again) take(again);
  };
  function take(suggestion: Suggestion): void {
    // What was written since would be cut by it.
    if (shown?.query !== input.value) {
      meant = suggestion;
      return;
    }
    const { kind, text } = suggestion;
    const { from, until } = shown.suggestions;
    const ends = kind === "value" && until === input.value.length;
    input.setRangeText(ends ? `${text} ` : text, from, until, "end");
    marks.replaceChildren();
    close();
    tell(false);
    if (kind !== "value") void ask(false);
  }
  input.addEventListener("input", () => {
    recall.release();
    meant = undefined;
    marks.replaceChildren();
    list.release();
    tell(false);
    if (input.value === "") close();
    else void ask(false);
  });
  input.addEventListener("blur", () => {
    close();
    if (timer === undefined) return;
    // What is done elsewhere goes by what is written by now.
    rest();
    changed(input.value, false);
  });
  input.addEventListener("click", close);
  input.addEventListener("scroll", () => {
    marks.scrollLeft = input.scrollLeft;
  });
  input.addEventListener("keydown", (event) => {
    const { active } = list;
    // The box selects by itself; VS Code would do so once more, later, and the next key would replace the one before.
    if (event.key.toLowerCase() === "a" && (event.ctrlKey || event.metaKey)) event.stopPropagation();
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      void ask(true);
    } else if (list.isOpen && event.key === "Escape") {
      close();
      event.stopPropagation();
    } else if (active && (event.key === "Enter" || event.key === "Tab") && !event.shiftKey) {
      event.preventDefault();
      take(active);
    } else if (list.isOpen && (event.key === "ArrowDown" || (active && event.key === "ArrowUp"))) {
      event.preventDefault();
      list.move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter") {
      close();
      tell(true);
    } else if (event.key === "Escape" && input.value !== "") {
      input.value = "";
      tell(true);
      event.stopPropagation();
    } else if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      const found = recall.step(event.key === "ArrowUp" ? -1 : 1, input.value);
      if (found === undefined) return;
      close();
      input.value = found;
      event.preventDefault();
      tell(false);
    }
  });

  return {
    element,
    update(query, problem) {
      if (query !== inForce && query !== input.value) {
        rest();
        close();
        recall.release();
        input.value = query;
      }
      inForce = query;
      setText(reason, problem ? told(problem.reason) : "");
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
