import { type Loss, losses } from "../../protocol/log-view.ts";
import { el, setText } from "../dom.ts";
import type { Formats } from "../formats.ts";
import type { L10n } from "../l10n.ts";
import type { LogHost } from "./host.ts";
import { type Situation, stateText } from "./state-text.ts";

/** Says how many lines are shown of how many, and what lacks. */
export interface StateLine {
  readonly element: HTMLElement;
  /** Asks what was lost. */
  start(): void;
  /** So much was lost of sources by now. */
  take(losses: readonly Loss[]): void;
  draw(situation: Situation): void;
}

interface Parts {
  readonly l10n: L10n;
  readonly formats: Formats;
  readonly channel: LogHost["channel"];
  readonly fail: (error: unknown) => void;
}

export function createStateLine({ l10n, formats, channel, fail }: Parts): StateLine {
  const element = el("p", { class: "state" });
  let lost: readonly Loss[] = [];
  let now: Situation | undefined;
  const draw = (): void => {
    if (!now) return;
    setText(element, stateText(now, lost, l10n, formats));
    // Which search has counts, and which has looked at everything, for whoever measures.
    if (!now.progress) return;
    const { search, done } = now.progress;
    element.dataset.counted = String(search);
    if (done) element.dataset.search = String(search);
  };
  const take = (next: readonly Loss[]): void => {
    lost = next;
    draw();
  };
  return {
    element,
    start: () => void channel.call("losses", undefined).then((told) => take(losses.parse(told)), fail),
    take,
    draw(situation) {
      now = situation;
      draw();
    },
  };
}
