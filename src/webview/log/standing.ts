import type { Standing } from "../../protocol/webview.ts";

/** How often (ms) it is asked how the engine and its sources are, while no line is seen. */
const OFTEN = 1_000;

/** How the engine and its sources are, known only while that may be why no line is seen. */
export interface StandingWatch {
  readonly now: Standing | undefined;
  /** Whether it is wanted. */
  want(wanted: boolean): void;
}

interface Parts {
  readonly ask: () => Promise<Standing>;
  readonly changed: () => void;
  /** The engine runs, which it did not before. */
  readonly revived: () => void;
}

export function createStandingWatch({ ask, changed, revived }: Parts): StandingWatch {
  let now: Standing | undefined;
  let timer: ReturnType<typeof setInterval> | undefined;
  let busy = false;

  const look = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    try {
      const before = now?.engine.name;
      now = await ask();
      if (timer === undefined) now = undefined;
      else if (before !== undefined && before !== "running" && now.engine.name === "running") revived();
      else changed();
    } catch {
      // The next one may be answered; until then it is not known.
      now = undefined;
    } finally {
      busy = false;
    }
  };

  return {
    get now() {
      return now;
    },
    want(wanted) {
      if (wanted === (timer !== undefined)) return;
      if (wanted) {
        timer = setInterval(() => void look(), OFTEN);
        void look();
      } else {
        clearInterval(timer);
        timer = now = undefined;
      }
    },
  };
}
