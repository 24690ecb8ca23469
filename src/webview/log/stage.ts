import { arrange, el } from "../dom.ts";
import type { Anchor } from "./place.ts";
import type { RowElement } from "./row.ts";

interface Parts {
  readonly make: () => RowElement;
  /** Brings an element up to date. */
  readonly update: (place: number, row: RowElement) => void;
}

/** The elements of the rows in sight, one below the other, whatever the height of each. */
export interface Stage {
  readonly body: HTMLElement;
  /** Has elements for these places, and none for others. */
  render(from: number, until: number): void;
  /** Moves them so that the anchor's is where it belongs. */
  put(anchor: Anchor, count: number): void;
  get(place: number): RowElement | undefined;
  /** Where a row begins and ends, in CSS pixels from the top of what is in sight; undefined: it has no element. */
  span(place: number): { readonly top: number; readonly bottom: number } | undefined;
  /** Whether a row stands whole in a pane of a height. */
  isWhole(place: number, height: number): boolean;
  /** The anchor that puts what is now at a height at the height `to`. */
  hold(height: number, to: number): Anchor | undefined;
  each(act: (row: RowElement) => void): void;
  /** Forgets all elements: others are made. */
  clear(): void;
}

export function createStage({ make, update }: Parts): Stage {
  const body = el("div", { class: "body", role: "presentation" });
  const elements = new Map<number, RowElement>();
  let shift = 0;

  const span: Stage["span"] = (place) => {
    const row = elements.get(place)?.element;
    return row && { top: shift + row.offsetTop, bottom: shift + row.offsetTop + row.offsetHeight };
  };

  return {
    body,
    render(from, until) {
      const spare = [...elements].filter(([place]) => place < from || place >= until);
      const rows: HTMLElement[] = [];
      for (const [place] of spare) elements.delete(place);
      for (let place = from; place < until; place++) {
        const row = elements.get(place) ?? spare.pop()?.[1] ?? make();
        elements.set(place, row);
        update(place, row);
        rows.push(row.element);
      }
      arrange(body, rows);
    },
    put(anchor, count) {
      const last = anchor.place >= count;
      const place = last ? count - 1 : Math.floor(anchor.place);
      const row = elements.get(place)?.element;
      if (!row) return;
      const within = last ? row.offsetHeight : (anchor.place - place) * row.offsetHeight;
      shift = Math.round(anchor.y - row.offsetTop - within);
      body.style.transform = `translateY(${shift}px)`;
    },
    get: (place) => elements.get(place),
    span,
    isWhole(place, height) {
      const row = span(place);
      return row !== undefined && row.top >= -1 && row.bottom <= height + 1;
    },
    hold(height, to) {
      for (const place of elements.keys()) {
        const { top = 0, bottom = 0 } = span(place) ?? {};
        if (height >= top && height < bottom)
          return { place: place + (height - top) / (bottom - top), y: to };
      }
      return undefined;
    },
    each(act) {
      for (const row of elements.values()) act(row);
    },
    clear() {
      elements.clear();
      body.replaceChildren();
    },
  };
}
