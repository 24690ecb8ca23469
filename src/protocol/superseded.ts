import { RemoteError } from "./channel.ts";

const NAME = "Superseded";

/** What was asked is of a search that another one has replaced meanwhile: it is asked again of that, or dropped. */
export class Superseded extends Error {
  override name = NAME;
  constructor() {
    super("another search has begun since");
  }
}

/** Also where it crossed a channel. */
export function isSuperseded(error: unknown): boolean {
  return error instanceof Superseded || (error instanceof RemoteError && error.type === NAME);
}
