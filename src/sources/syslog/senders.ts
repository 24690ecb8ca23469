import { isIPv6 } from "node:net";
import { reasonOf } from "../../errors.ts";
import type { SourceState } from "../../model.ts";
import type { SourceContext, SourceRow } from "../source.ts";
import { createLife, type Life } from "../stream/life.ts";

/** Where there is no place for one more, who has said nothing for so long (ms) gives its own. */
const QUIET = 3_600_000;
/** Lives that have ended are forgotten each time that so many began. */
const TIDY_EVERY = 100;

/** What comes from one sender, or from all that have no row of their own. */
export interface Stream {
  readonly life: Life;
  /** Where its next message stands, but for those bytes of the last one that were left out. */
  offset: number;
  skipped: number;
  /** Messages that are not handed on yet. */
  waiting: number;
  /** When something came, in ms. */
  heard: number;
}

/** The senders of one protocol: each address has a stream and a row of its own, up to a bound. */
export interface Senders {
  /** The stream of a sender. */
  of(address: string): Stream;
  /** Resolves when all that was handed on is done with. */
  settled(): Promise<void>;
  /** Nothing more will come: resolves when all of it is durable. */
  end(): Promise<void>;
  /** Those with a row of their own, in the order they came. */
  rows(state: SourceState): SourceRow[];
}

/**
 * @param shared the stream of those that have none of their own; it was begun
 * @param most so many have one
 */
export function createSenders(
  context: SourceContext,
  protocol: string,
  shared: Life,
  most: number,
  now: () => number = () => performance.now(),
): Senders {
  const others = streamOn(shared);
  const own = new Map<string, Stream>();
  const ending = new Set<Promise<void>>();
  let begun = 0;
  let told = false;

  const all = (): Life[] => [shared, ...[...own.values()].map(({ life }) => life)];

  /** @returns whether there is a place now */
  const makePlace = (): boolean => {
    if (own.size < most) return true;
    let quietest: [string, Stream] | undefined;
    for (const one of own) if (!quietest || one[1].heard < quietest[1].heard) quietest = one;
    if (!quietest) return false;
    const [address, { life, heard, waiting }] = quietest;
    if (waiting > 0 || now() - heard < QUIET) return false;
    own.delete(address);
    const ended = life.end().finally(() => ending.delete(ended));
    ending.add(ended);
    return true;
  };

  const begin = (address: string): Stream | undefined => {
    if (!makePlace()) {
      if (!told && most > 0)
        context.log.info(
          `source ${context.id}: more than ${most} senders speak ${protocol} (senders): the others are shown together, as ${shared.path}`,
        );
      told = true;
      return undefined;
    }
    const life = createLife(context, `${protocol} ${nameOf(address)}`);
    try {
      life.begin(begun % TIDY_EVERY === 0);
    } catch (error) {
      // What came is not lost for it.
      context.log.debug(`source ${context.id}: ${life.path} can't be begun: ${reasonOf(error)}`);
      return undefined;
    }
    begun++;
    const stream = streamOn(life);
    own.set(address, stream);
    context.changed();
    return stream;
  };

  return {
    of(address) {
      const stream = own.get(address) ?? begin(address) ?? others;
      stream.heard = now();
      return stream;
    },
    settled: async () => void (await Promise.all(all().map(({ settled }) => settled))),
    end: async () => void (await Promise.all([...all().map((life) => life.end()), ...ending])),
    rows: (state) => [...own.values()].map(({ life }) => life.row(state)),
  };
}

const streamOn = (life: Life): Stream => ({ life, offset: 0, skipped: 0, waiting: 0, heard: 0 });

/** An address as people write it: IPv4 within IPv6 is IPv4. */
function nameOf(address: string): string {
  const [, mapped] = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address) ?? [];
  if (mapped !== undefined) return mapped;
  return isIPv6(address.replace(/%.*$/, "")) ? `[${address}]` : address;
}
