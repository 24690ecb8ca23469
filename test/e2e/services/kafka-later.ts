import assert from "node:assert/strict";
import { it, type TestContext } from "node:test";
import { PACE } from "../../../src/sources/kafka/watch.ts";
import type { RunningKafka } from "../../helpers/services/kafka.ts";
import { until } from "../../helpers/until.ts";
import { member } from "./kafka-handover.ts";
import { numbered, PATIENT, reading, send, valuesOf } from "./kafka-source.ts";

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

  it("reads topics whole that came while nobody read, or just before a member that had read nothing yet", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const options = { pattern: "meanwhile-.*", from: "end" };
    await kafka.createTopic("meanwhile-old", 1);
    await send(kafka, "meanwhile-old", numbered(5, 1));
    const first = await reading(t, kafka, options);
    await first.watches();
    await first.engine.close();
    const messages = numbered(40, 1, 10);
    await send(kafka, "meanwhile-one", messages.slice(0, 20));
    const second = await reading(t, kafka, options, first.folder);
    await until(() => second.raws().length >= 20, { ...PATIENT, what: "all of what came meanwhile" });
    await send(kafka, "meanwhile-two", messages.slice(20));
    // The first of them has not seen it yet, and ends before it could.
    const third = member(t, kafka, options);
    await third.source.start();
    await until(() => third.source.state().state !== "starting", { ...PATIENT, what: "a second member" });
    await second.engine.close();
    await until(() => third.raws.length >= 20, { ...PATIENT, what: "all of the newest topic" });
    assert.deepEqual([...second.raws(), ...third.raws].toSorted(), valuesOf(messages));
  });
}
