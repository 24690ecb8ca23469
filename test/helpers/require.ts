/** The part of node:test's context that is needed to leave a test out. */
interface Skippable {
  skip(message?: string): void;
}

/**
 * Says that `what` (a server, a browser) could not be brought up on this machine: the test is left out with
 * the reason, which the test command lists at its end. With CI=true it is a failure instead.
 */
export function unavailable(t: Skippable, what: string, error: unknown): void {
  const reason = `${what} could not be brought up: ${error instanceof Error ? error.message : String(error)}`;
  if (process.env.CI === "true") throw new Error(reason, { cause: error });
  t.skip(reason);
}
