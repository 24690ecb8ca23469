import type { Channel } from "../../protocol/channel.ts";
import type { LogCalls } from "../../protocol/log-view.ts";
import { isSuperseded } from "../../protocol/superseded.ts";
import type { Searching } from "./searching.ts";

/** Calls that are of a search. */
type OfSearch = {
  [K in keyof LogCalls]: LogCalls[K][0] extends { readonly search: number; readonly points?: never }
    ? K
    : never;
}[keyof LogCalls];

/** Asks something of the search that is shown, without its number. */
export type Ask = <K extends OfSearch & string>(
  name: K,
  request: Omit<LogCalls[K][0], "search">,
) => Promise<LogCalls[K][1]>;

interface Parts {
  readonly channel: Pick<Channel<LogCalls, Record<never, never>>, "call">;
  readonly searching: Shown;
  /** Where is searched: a line of one place is none of another. */
  readonly place: () => unknown;
}

type Shown = () => Pick<Searching, "begun" | "answered">;

/**
 * What is asked while another search takes the place of the one that is shown is asked again of that: whoever
 * pressed a key on a line meant the line, and not a search.
 */
export function createAsking({ channel, searching, place }: Parts): Ask {
  return (name, request) => {
    const where = place();
    const ask = () =>
      channel.call(name, { ...request, search: searching().begun } as LogCalls[typeof name][0]);
    return askAgain(searching, ask, () => place() === where);
  };
}

/**
 * @param ask throws Superseded where another search has begun since
 * @param still whether it may be asked of that
 */
export async function askAgain<T>(searching: Shown, ask: () => Promise<T>, still = () => true): Promise<T> {
  for (;;) {
    const { begun, answered } = searching();
    try {
      return await ask();
    } catch (error) {
      if (!isSuperseded(error)) throw error;
      // The answer that another has begun may be on its way yet.
      await answered();
      if (searching().begun === begun || !still()) throw error;
    }
  }
}
