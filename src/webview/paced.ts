/** A wait between two announcements, in ms: a key held down must not make a screen reader stammer. */
export const PAUSE = 600;

/** Passes on what is said, a pause after it was: of all that is said within the pause the last. */
export function paced(tell: (text: string) => void): (text: string) => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let next = "";
  return (text) => {
    next = text;
    if (timer !== undefined) return;
    timer = setTimeout(() => {
      timer = undefined;
      tell(next);
    }, PAUSE);
  };
}
