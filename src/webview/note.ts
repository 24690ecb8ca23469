import { reasonOf } from "../errors.ts";
import { isSuperseded } from "../protocol/superseded.ts";

/** How long (ms) what could not be done is said. */
const TOLD = 10_000;

/** What could not be done just now; gone after a while. */
export interface Note {
  readonly text: string | undefined;
  tell(error: unknown): undefined;
}

export function createNote(changed: () => void): Note {
  let text: string | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const say = (next: string | undefined): void => {
    text = next;
    changed();
  };
  return {
    get text() {
      return text;
    },
    tell(error) {
      // Of a search that is over nobody wants to know.
      if (isSuperseded(error)) return undefined;
      clearTimeout(timer);
      timer = setTimeout(() => say(undefined), TOLD);
      say(reasonOf(error));
      return undefined;
    },
  };
}
