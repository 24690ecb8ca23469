/**
 * Exponential backoff with full jitter: the n-th wait is drawn evenly from 0 to min(cap, base · 2ⁿ) ms.
 * Source: "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function backoff({ base = 200, cap = 30_000, random = Math.random } = {}) {
  let attempt = 0;
  return {
    /** The next wait in ms; never below `atLeast` (a server's Retry-After). */
    next(atLeast = 0): number {
      const wait = random() * Math.min(cap, base * 2 ** attempt);
      attempt = Math.min(attempt + 1, 30);
      return Math.max(atLeast, wait);
    },
    reset(): void {
      attempt = 0;
    },
    get attempts(): number {
      return attempt;
    },
  };
}
export type Backoff = ReturnType<typeof backoff>;
