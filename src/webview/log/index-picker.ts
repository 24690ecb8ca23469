import { type Place, places } from "../../protocol/log-view.ts";
import { el, setAttribute } from "../dom.ts";
import type { L10n } from "../l10n.ts";
import { createSelect } from "../select.ts";
import type { LogHost } from "./host.ts";

const HERE = "";

/** Where is searched: in the store of this computer, or in an index that a sink writes to. */
export interface IndexPicker {
  readonly element: HTMLElement;
  /** Asks what there is. */
  start(): void;
  /** These can be searched now. */
  take(places: readonly Place[]): void;
  /** @param index id of the sink; undefined: this computer */
  draw(index: string | undefined): void;
}

interface Parts {
  readonly l10n: L10n;
  readonly channel: LogHost["channel"];
  readonly choose: (index: string | undefined) => void;
  readonly fail: (error: unknown) => void;
}

export function createIndexPicker({ l10n: { t }, channel, choose, fail }: Parts): IndexPicker {
  const select = createSelect((value) => choose(value === HERE ? undefined : value));
  const element = el("div", { class: "range", "data-part": "index" }, select.element);
  let all: readonly Place[] = [];
  let shown: string | undefined;

  const draw = (): void => {
    // A sink that was taken away is still what was chosen.
    const gone = shown !== undefined && !all.some(({ id }) => id === shown);
    const known = gone ? [...all, { id: shown ?? HERE, type: undefined }] : all;
    const options = [
      { value: HERE, label: t("This computer") },
      ...known.map(({ id, type }) => ({
        value: id,
        label: type === undefined ? t("{0} (not configured)", id) : t("{0} ({1})", id, type),
      })),
    ];
    select.update({ label: t("Search in"), chosen: shown ?? HERE, options });
    element.hidden = select.element.hidden;
    // The list is as narrow as the picker: what is cut off there can be read here.
    setAttribute(element, "title", options.map(({ label }) => label).join("\n"));
  };
  const take = (places: readonly Place[]): void => {
    all = places;
    draw();
  };

  draw();
  return {
    element,
    start: () => void channel.call("places", undefined).then((found) => take(places.parse(found)), fail),
    take,
    draw(index) {
      shown = index;
      draw();
    },
  };
}
