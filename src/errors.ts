/** A message fit for the user: it names the setting, file or line and says what to do. All else is a bug. */
export class UserError extends Error {
  override name = "UserError";
}

/** The destination can't take the batch now. `afterMs` is what it asked for (Retry-After), if it did. */
export class RetryLater extends Error {
  override name = "RetryLater";
  readonly afterMs: number | undefined;
  constructor(message: string, options: { afterMs?: number | undefined; cause?: unknown } = {}) {
    super(message, { cause: options.cause });
    this.afterMs = options.afterMs;
  }
}

/**
 * The destination will never take some records. `indices` counts within the records of the write; all
 * others were taken, unless it is undefined: then nothing was taken and the culprit is unknown, so the
 * wrapper halves the batch until it has found it.
 */
export class Rejected extends Error {
  override name = "Rejected";
  readonly indices: readonly number[] | undefined;
  /** The request was too large (413): halving is all that is needed. */
  readonly tooLarge: boolean;
  constructor(
    message: string,
    options: { indices?: readonly number[]; tooLarge?: boolean; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause });
    this.indices = options.indices;
    this.tooLarge = options.tooLarge ?? false;
  }
}

/** The destination took some records and not others, and says which. All that are not named were taken. */
export class Partly extends Error {
  override name = "Partly";
  /** To be sent again, by their place among the records of the write. */
  readonly later: readonly number[];
  /** Never to be taken, by their place, each with its reason. */
  readonly refused: ReadonlyMap<number, string>;
  /** How long to wait (ms) before those are sent again, if it was said. */
  readonly afterMs: number | undefined;
  constructor(
    message: string,
    options: {
      later: readonly number[];
      refused: ReadonlyMap<number, string>;
      afterMs?: number | undefined;
    },
  ) {
    super(message);
    this.later = options.later;
    this.refused = options.refused;
    this.afterMs = options.afterMs;
  }
}

/** Nothing will go through until someone changes something (wrong password, no such database). */
export class Fatal extends Error {
  override name = "Fatal";
}

/** The message of anything thrown, with the messages of its causes. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.cause instanceof Error && !error.message.includes(error.cause.message)) {
    return `${error.message}: ${reasonOf(error.cause)}`;
  }
  // OpenSSL ends its words with a line feed; those for people are broken into lines on purpose.
  const said =
    error instanceof UserError ? error.message : error.message.trim().replaceAll(/\s*[\r\n]+\s*/g, " ");
  return said || error.name;
}
