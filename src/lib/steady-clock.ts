/** A difference of more than this (ms) from one look to the next is a jump; less is how clocks are set right. */
const SLACK = 60_000;

/**
 * The time of day for what is thrown away by age: a jump of the clock counts once it has stood for `settle` ms.
 * A clock that is set wrong for a while, forwards or backwards, costs nothing, and one that was wrong is believed
 * in the end. So is the time a laptop slept. It tells whole milliseconds, as the time of day does.
 */
export function createSteadyClock({
  wall = Date.now,
  steady = () => performance.now(),
  settle = 3_600_000,
}: {
  wall?: () => number;
  steady?: () => number;
  settle?: number;
} = {}): () => number {
  let offset = wall() - steady();
  let jump: { readonly offset: number; readonly since: number } | undefined;
  return () => {
    const running = steady();
    const seen = wall() - running;
    if (Math.abs(seen - offset) <= SLACK) {
      offset = seen;
      jump = undefined;
    } else if (!jump || Math.abs(seen - jump.offset) > SLACK) jump = { offset: seen, since: running };
    else if (running - jump.since >= settle) {
      offset = seen;
      jump = undefined;
    }
    return Math.round(running + offset);
  };
}
