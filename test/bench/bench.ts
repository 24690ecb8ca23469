import type { Options } from "./options.ts";

/** What every row is given. */
export interface Bench extends Options {
  /** A temporary folder of the whole benchmark; what a run leaves there is removed when it has ended. */
  readonly folder: string;
  /** The input: lines of the nginx format, and its size. */
  readonly input: string;
  readonly megabytes: number;
  say(text: string): void;
}
