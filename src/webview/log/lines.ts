import type { Progress, Row } from "../../protocol/log-view.ts";
import { Superseded } from "../../protocol/superseded.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import { createTheme } from "../theme.ts";
import { askAgain } from "./asking.ts";
import type { Look } from "./cells.ts";
import { type Clearing, createClearing } from "./clearing.ts";
import type { Clicked } from "./code-place.ts";
import { fieldsOf } from "./columns.ts";
import type { Display } from "./display.ts";
import type { LogFeed } from "./feed.ts";
import { createFolds, type Unfolding } from "./folds.ts";
import { createGoTo, type GoTo } from "./go-to.ts";
import { lineMeant } from "./line-meant.ts";
import { createList, type List } from "./list.ts";
import { createMarks } from "./marks.ts";
import { createOptions, type Options } from "./options.ts";
import { createPainter } from "./paint.ts";
import type { Searching } from "./searching.ts";
import { createSourceTones, type SourceTones } from "./source-tones.ts";
import type { Filter } from "./state.ts";
import type { Times } from "./times.ts";
import { visible, visibleLines } from "./visible.ts";

/** How often (ms) times are told anew that are told from now. */
const TICK = 1000;

interface Parts {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly times: Times;
  readonly feed: LogFeed;
  readonly filter: () => Filter;
  /** What a range that goes up to now is counted back from, in ms since the epoch. */
  readonly moment: () => number;
  readonly searching: () => Pick<Searching, "begun" | "answered" | "mark">;
  readonly apply: (filter: Filter) => void;
  readonly display: () => Display;
  readonly keep: (display: Display) => void;
  /** The message of a record as a whole. */
  readonly load: (row: Row) => Promise<string>;
  readonly unfolding: Unfolding;
  /** Fields that can be shown as columns. */
  readonly names: () => Promise<readonly string[]>;
  readonly moved: (atEnd: boolean) => void;
  readonly chosen: (row: Row | undefined) => void;
  readonly opened: (row: Row) => void;
  readonly keydown: (event: KeyboardEvent) => void;
  /** A row was clicked to go to the code that it names. */
  readonly followed: (clicked: Clicked | undefined) => void;
  readonly say: (text: string) => void;
  readonly fail: (error: unknown) => void;
}

/** The list, and how it is shown. */
export interface Lines {
  readonly list: List;
  readonly options: Options;
  readonly goTo: GoTo;
  readonly clearing: Clearing;
  readonly tones: Pick<SourceTones, "of">;
  /** Shows lines as they were shown before. */
  start(): void;
  progress(progress: Progress): void;
}

export function createLines(parts: Parts): Lines {
  const { l10n, formats, times, feed, display, keep } = parts;
  const renew = (): void => list.renew();
  const painter = createPainter(createTheme(), renew);
  const folds = createFolds({ load: parts.load, changed: renew, fail: parts.fail }, parts.unfolding);
  const marks = createMarks(parts);
  const tones = createSourceTones();
  const look: Look = {
    l10n,
    formats,
    times,
    painter,
    folds,
    clock: () => display().clock,
    tone: tones.of,
    letters: tones.letters,
  };

  const apply = (): void => {
    const { columns, zone, raw } = display();
    times.setZone(zone);
    painter.setRaw(raw);
    list.setColumns(columns, times.zone);
    list.renew();
    options.update(display());
  };

  /** Lines look another way; those that are to have other fields are fetched anew. */
  const change = (changes: Partial<Display>): void => {
    const before = fieldsOf(display().columns);
    const next = { ...display(), ...changes };
    times.setZone(next.zone);
    keep(next);
    apply();
    if (fieldsOf(display().columns).some((name) => !before.includes(name))) feed.renew();
  };

  const list = createList({
    ...parts,
    look,
    columns: (columns) => change({ columns }),
    above: marks.above,
    followed(row, at) {
      const unfolded = row !== undefined && folds.isOpen(row);
      const shown = (text: string) => painter.shown(text, unfolded ? visibleLines : visible);
      parts.followed(at === undefined ? undefined : { at, shown, unfolded });
    },
  });
  const options = createOptions({ l10n, names: parts.names, change });

  const show = async (at: number): Promise<void> => {
    const place = await askAgain(parts.searching, async () => {
      const found = await feed.locate([at, 0, 0, 0]);
      if (found === undefined) throw new Superseded();
      return found;
    });
    if (feed.count === 0) return;
    const to = Math.min(place, feed.count - 1);
    list.show(to, feed.row(to)?.key);
    parts.moved(false);
    list.focus();
  };
  const goTo = createGoTo({
    l10n,
    times,
    reference: () => ({
      at: lineMeant(list, feed)?.time ?? Date.now(),
      now: Date.now(),
      zone: times.zone,
    }),
    go: (at) => void show(at).catch(parts.fail),
  });

  return {
    list,
    options,
    goTo,
    tones,
    clearing: createClearing({
      ...parts,
      newest: () => feed.row(feed.count - 1)?.time,
      mark: () => parts.searching().mark(),
    }),
    start() {
      apply();
      // Keys are for the lines from the beginning, without a click on one.
      const take = () => document.activeElement === document.body && list.focus();
      window.addEventListener("focus", take);
      if (document.hasFocus()) take();
      setInterval(() => display().clock === "relative" && !document.hidden && list.renew(), TICK);
    },
    progress(progress) {
      marks.update(progress);
      if (!tones.update(progress.sources)) return;
      list.element.classList.toggle("several", tones.several);
      renew();
    },
  };
}
