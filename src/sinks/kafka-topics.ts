import { setTimeout as delay } from "node:timers/promises";
import { RetryLater } from "../errors.ts";
import { isUnknownTopic, verdictOf } from "./kafka-verdict.ts";

/** So long (ms) a write is tried again at once: brokers that are not busy need some ten ms to make a topic. */
const AT_ONCE = 3_000;
const BETWEEN = 100;
/** So long (ms) after its first mention a topic may still be in the making, on brokers that are. */
const IN_THE_MAKING = 30_000;

/** Waits for topics that are not there yet. */
export interface TopicPatience {
  /**
   * Sends, again and again while the topic may be in the making.
   * @throws what `send` throws last, or RetryLater in place of it while the topic may still come
   */
  send(send: () => Promise<void>): Promise<void>;
}

/**
 * Brokers answer "unknown topic" until a new topic is known everywhere, also in the answer to the very request
 * that makes them create it. Only when that lasts is something to be changed.
 * @param now a clock that never goes back, in ms
 */
export function createTopicPatience(
  place: string,
  now: () => number = () => performance.now(),
): TopicPatience {
  /** When it was first answered, since the last write that went through. */
  let since: number | undefined;
  return {
    async send(send) {
      for (;;) {
        try {
          await send();
          since = undefined;
          return;
        } catch (error) {
          if (!isUnknownTopic(error)) throw error;
          since ??= now();
          const spent = now() - since;
          if (spent >= IN_THE_MAKING) throw error;
          if (spent >= AT_ONCE) {
            throw new RetryLater(verdictOf(error, place).message, { cause: error });
          }
        }
        await delay(BETWEEN);
      }
    },
  };
}
