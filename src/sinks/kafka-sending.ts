import { RetryLater } from "../errors.ts";
import type { LogRecord } from "../model.ts";
import type { Lanes } from "./kafka-lanes.ts";
import type { Outgoing } from "./kafka-messages.ts";
import type { Partitions } from "./kafka-partitions.ts";
import { isGone } from "./kafka-verdict.ts";

interface Parts {
  readonly partitions: Pick<Partitions, "place" | "forget">;
  readonly lanes: Lanes;
  /** Has a topic made where it is to be, and its partitions known. @throws why that can't be */
  ready(topic: string): Promise<void>;
}

/**
 * Sends records to their topics. What is amiss with one of these keeps none from the others.
 * @returns why those failed that were not taken, by the record
 */
export async function sendAll(
  outgoing: readonly Outgoing[],
  { partitions, lanes, ready }: Parts,
): Promise<ReadonlyMap<LogRecord, unknown>> {
  const failures = new Map<string, unknown>();
  const getReady = async (topic: string): Promise<void> => {
    try {
      await ready(topic);
    } catch (error) {
      failures.set(topic, error);
    }
  };
  await Promise.all([...new Set(outgoing.map(({ topic }) => topic))].map(getReady));
  const placed = outgoing.flatMap((one) => (failures.has(one.topic) ? [] : partitions.place(one)));
  const failed = new Map(await lanes.send(placed));
  for (const { record, topic } of outgoing) {
    if (failures.has(topic)) failed.set(record, failures.get(topic));
    const error = failed.get(record);
    if (!isGone(error)) continue;
    partitions.forget(topic);
    // It stayed away, and whatever got there is gone with it.
    if (!(error instanceof RetryLater)) lanes.forget(topic);
  }
  return failed;
}
