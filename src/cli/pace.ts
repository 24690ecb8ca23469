/** Says how many lines may be written by now. */
export interface Pace {
  /** @param now ms of a clock that never goes back; returns whole lines */
  due(now: number): number;
}

/** A pause (ms) counts as no more than this: after a laptop slept no flood follows. */
const LONGEST = 1_000;
/** Lines a call when there is no rate. */
const FULL_SPEED = 4000;

/** @param rate lines a second; 0: as many as can be written */
export function createPace(rate: number, start: number): Pace {
  if (rate === 0) return { due: () => FULL_SPEED };
  let tokens = 0;
  let last = start;
  return {
    due(now) {
      tokens += (Math.min(now - last, LONGEST) * rate) / 1000;
      last = now;
      const whole = Math.floor(tokens);
      tokens -= whole;
      return whole;
    },
  };
}

/** The same rate on average, in bursts with up to three seconds of silence between them. */
export function createBursts(rate: number, start: number, random: () => number): Pace {
  let from = start;
  let until = start;
  return {
    due(now) {
      if (now < until) return 0;
      const lines = Math.floor(((until - from) * rate) / 1000);
      from = until;
      until = now + 100 + random() * 2900;
      return lines;
    },
  };
}
