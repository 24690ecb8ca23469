import { setAttribute } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { type Column, lacksSource, narrowed, trackOf } from "./columns.ts";
import { createHeader } from "./header.ts";

/** Less than so many CSS pixels, and only the message and little else have room. */
const NARROW = 620;

interface Parts {
  readonly l10n: L10n;
  /** The list, to whose style the widths go. */
  readonly list: HTMLElement;
  /** Columns were moved, made wider or taken away by the reader. */
  readonly change: (columns: readonly Column[]) => void;
  readonly say: (text: string) => void;
  /** Rows have to be made anew: other cells are shown. */
  readonly renew: () => void;
}

/** The columns of the list: which of them have room, and how wide they are. */
export interface Layout {
  readonly head: HTMLElement;
  readonly columns: readonly Column[];
  readonly shown: readonly Column[];
  /** @param zone of the times, where it is not the machine's */
  set(columns: readonly Column[], zone: string | undefined): void;
  /** The list has another width. */
  fit(): void;
}

export function createLayout({ l10n, list, change, say, renew }: Parts): Layout {
  const header = createHeader({ l10n, change, say });
  let columns: readonly Column[] = [];
  let shown: readonly Column[] = [];
  let zone: string | undefined;
  let narrow = false;

  const lay = (): void => {
    const before = shown;
    list.classList.toggle("narrow", narrow);
    shown = narrow ? narrowed(columns) : columns;
    list.classList.toggle("signed", !shown.some(({ id }) => id === "level"));
    list.classList.toggle("unnamed", lacksSource(columns, shown));
    const { tracks, least } = trackOf(shown);
    list.style.setProperty("--columns", tracks);
    list.style.setProperty("--least", `calc(${least}ch + 20px)`);
    setAttribute(list, "aria-colcount", String(columns.length));
    header.update(columns, shown, zone);
    const same = before.length === shown.length && before.every(({ id }, i) => id === shown[i]?.id);
    if (!same) renew();
  };

  return {
    head: header.element,
    get columns() {
      return columns;
    },
    get shown() {
      return shown;
    },
    set(next, its) {
      columns = next;
      zone = its;
      lay();
    },
    fit() {
      if (list.clientWidth === 0 || list.clientWidth < NARROW === narrow) return;
      narrow = !narrow;
      lay();
    },
  };
}
