/** At least between two tellings, in ms: they are much. */
const EVERY = 1000;

/** Something that is counted of what a search has found, and told of now and then. */
export interface Counting {
  /** Counts on for about `budget` ms; false when nothing is left. */
  work(budget: number): boolean;
  /** Tells what is new, unless something was told just now. */
  show(): void;
}

export function createCounting<Found>(
  counter: { work(budget: number): boolean; found(): Found },
  tell: (found: Found) => void,
): Counting {
  let told = Number.NEGATIVE_INFINITY;
  let news = false;
  const show = (every: number): void => {
    if (!news || performance.now() - told < every) return;
    news = false;
    tell(counter.found());
    told = performance.now();
  };
  return {
    work(budget) {
      const more = counter.work(budget);
      news = true;
      show(more ? EVERY / 2 : EVERY);
      return more;
    },
    show: () => show(EVERY),
  };
}
