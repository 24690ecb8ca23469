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
  readonly searching: () => Pick<Searching, "begun" | "answered">;
  /** Where is searched: a line of one place is none of another. */
  readonly place: () => unknown;
}

/**
 * What is asked while another search takes the place of the one that is shown is asked again of that: whoever
 * pressed a key on a line meant the line, and not a search.
 */
export function createAsking({ channel, searching, place }: Parts): Ask {
  return async (name, request) => {
    const where = place();
    for (;;) {
      const { begun, answered } = searching();
      try {
        return await channel.call(name, { ...request, search: begun } as LogCalls[typeof name][0]);
      } catch (error) {
        if (!isSuperseded(error)) throw error;
        // The answer that another has begun may be on its way yet.
        await answered();
        if (searching().begun === begun || place() !== where) throw error;
      }
    }
  };
}
