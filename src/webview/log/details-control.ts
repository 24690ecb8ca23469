import { reasonOf } from "../../errors.ts";
import type { Details, Key } from "../../protocol/log-view.ts";
import { sameKey } from "./keys.ts";

interface Parts {
  readonly pane: () => {
    update(record: Details | undefined): void;
    fail(reason: string): void;
    /** The focus is in it, or nowhere. */
    readonly focused: boolean;
  };
  readonly details: (of: { readonly key: Key }) => Promise<Details>;
  /** The record that is chosen. */
  readonly chosen: () => Key | undefined;
  /** That record, also where it has yet to come. */
  readonly whenChosen: () => Promise<Key | undefined>;
  /** The number of the search whose rows are shown. */
  readonly search: () => number;
  /** The pane is opened or closed. */
  readonly changed: (open: boolean) => void;
  /** Goes to the list of lines. */
  readonly leave: () => void;
}

/** Which record the pane of details shows, and whether it is open. */
export interface DetailsControl {
  readonly open: boolean;
  show(open: boolean): void;
  toggle(): void;
  /** Another record is chosen. */
  choose(key: Key): void;
  /** A search has found all there is: what was shown before the view was hidden is shown again. */
  found(): void;
}

/** @param open the pane was open before the view was hidden */
export function createDetailsControl(parts: Parts, open: boolean): DetailsControl {
  let shown = open;
  let restoring = open;
  /** What is waited for until the pane is opened on it. */
  let coming: Promise<Key | undefined> | undefined;

  const load = (key: Key): void => {
    const asked = parts.search();
    const wanted = (): boolean => {
      const now = parts.chosen();
      return now !== undefined && sameKey(now, key);
    };
    parts.details({ key }).then(
      (record) => wanted() && parts.pane().update(record),
      (error) => {
        if (!wanted()) return;
        if (asked !== parts.search()) load(key);
        else parts.pane().fail(reasonOf(error));
      },
    );
  };

  const show = (next: boolean): void => {
    shown = next;
    coming = undefined;
    if (!next) {
      const { focused } = parts.pane();
      parts.pane().update(undefined);
      if (focused) parts.leave();
    }
    parts.changed(next);
  };

  return {
    get open() {
      return shown;
    },
    show,
    toggle() {
      if (shown) show(false);
      else if (coming) coming = undefined;
      else {
        const row = parts.whenChosen();
        coming = row;
        void row.then((came) => {
          if (coming !== row) return;
          coming = undefined;
          if (!came) return;
          show(true);
          load(came);
        });
      }
    },
    choose(key) {
      // Enter may have been pressed on another one, which had yet to come.
      if (coming) show(true);
      if (shown) load(key);
    },
    found() {
      const again = restoring;
      restoring = false;
      if (!shown) return;
      void parts.whenChosen().then((key) => {
        if (!shown) return;
        if (key && again) load(key);
        else if (!key && !parts.chosen()) show(false);
      });
    },
  };
}
