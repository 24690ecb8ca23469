import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { PACE } from "../../../src/sources/kafka/watch.ts";
import type { RunningKafka } from "../../helpers/services/kafka.ts";
import { until } from "../../helpers/until.ts";
import { member } from "./kafka-handover.ts";
import { numbered, PATIENT, send, valuesOf } from "./kafka-source.ts";

/** Topics that come are noticed well after the first message is in them. */
const pace = { ...PACE, measure: 500, lookAgain: 3_000 };

/** Tests of topics that are not there yet when a source begins. */
export function laterCases(broker: (t: TestContext) => Promise<RunningKafka | undefined>): void {
  it("reads topics whole that come while it runs, named or by a pattern, and others from their end", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("later-old", 1);
    await send(kafka, "later-old", numbered(5, 1));
    const named = member(t, kafka, { topics: "later-new", from: "end" }, pace);
    const pattern = member(t, kafka, { pattern: "later-.*", from: "end" }, pace);
    await Promise.all([named.source.start(), pattern.source.start()]);
    await until(
      () => named.source.state().state === "waiting" && pattern.source.state().state === "watching",
      { ...PATIENT, what: "both sources" },
    );
    const messages = numbered(20, 1, 10);
    // The broker makes the topic for the first of them.
    await send(kafka, "later-new", messages);
    for (const { raws } of [named, pattern]) {
      await until(() => raws.length >= messages.length, { ...PATIENT, what: "all of the new topic" });
      assert.deepEqual(raws.toSorted(), valuesOf(messages));
    }
    const late = numbered(1, 1, 5);
    await send(kafka, "later-old", late);
    await until(() => pattern.raws.length > messages.length, { ...PATIENT, what: "the old topic's next" });
    assert.deepEqual(pattern.raws.toSorted(), valuesOf([...messages, ...late]));
  });
}
