import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { it } from "node:test";
import { isDeepStrictEqual } from "node:util";
import { until } from "../../../helpers/until.ts";
import type { LiveSession } from "./log-live.ts";

/** What the clock of the machine that writes `right` is ahead (ms), which its source says. */
const AHEAD = 2_000;
/** Long before what else is written. */
const START = Date.now() - 3_600_000;

export const MERGED_SOURCES = {
  left: { type: "file", paths: ["logs/left.log"], parser: "json", from: "start" },
  right: { type: "file", paths: ["logs/right.log"], parser: "json", from: "start", clockAhead: "2s" },
};
/** So many lines they have in the end. */
export const MERGED_LINES = 24;

/** What is seen of two logs that are written in turns, by machines whose clocks differ. */
export function useMerged(session: () => LiveSession): void {
  it("shows logs that are written in turns as one, in the order of their time, each in its colour", async () => {
    const { frame, folder, counts } = session();
    const written: { source: "left" | "right"; moment: number; message: string }[] = [];
    const write = (source: "left" | "right", moment: number): void => {
      const message = `event ${written.length} of ${source}`;
      written.push({ source, moment, message });
      const time = new Date(START + moment + (source === "right" ? AHEAD : 0)).toISOString();
      const text = JSON.stringify({ time, level: "info", msg: message });
      appendFileSync(join(folder, "logs", `${source}.log`), `${text}\n`);
    };
    const rows = () =>
      frame.locator(".body .row").evaluateAll((all) =>
        all
          .map((one) => ({
            place: Number(one.getAttribute("data-place")),
            said: `${one.querySelector(".source")?.textContent} ${one.querySelector(".text")?.textContent}`,
          }))
          .sort((a, b) => a.place - b.place)
          .map(({ said }) => said),
      );
    /** Waits until all that was written stands there in its order: by moment, of equal ones one log after the other. */
    const standsInOrder = async (): Promise<void> => {
      await counts(`${written.length} of ${written.length} lines`);
      const wanted = [...written]
        .sort((a, b) => a.moment - b.moment || (a.source < b.source ? -1 : Number(a.source > b.source)))
        .map(({ source, message }) => `${source} ${message}`);
      await until(async () => isDeepStrictEqual(await rows(), wanted), { timeout: 60_000, every: 100 }).catch(
        async () => assert.deepEqual(await rows(), wanted),
      );
    };
    // The log that was met first stands first.
    write("left", 0);
    await standsInOrder();
    for (let i = 1; i < 10; i++) write(i % 2 === 0 ? "left" : "right", i * 10);
    await standsInOrder();
    // Each has two lines of one moment, which come by turns.
    for (let i = 0; i < 2; i++) {
      write("right", 100);
      await standsInOrder();
      write("left", 100);
      await standsInOrder();
    }
    // What comes late stands where it belongs.
    write("left", 35);
    await standsInOrder();
    for (let i = 11; written.length < MERGED_LINES; i++) write(i % 3 === 0 ? "left" : "right", i * 10);
    await standsInOrder();

    const colours = await frame.evaluate<{ name: string; colour: string }[]>(
      `[...document.querySelectorAll(".body .source")].map((one) => ({
        name: one.textContent,
        colour: getComputedStyle(one, "::before").backgroundColor,
      }))`,
    );
    const of = (name: string) =>
      new Set(colours.filter((one) => one.name === name).map(({ colour }) => colour));
    assert.equal(of("left").size, 1);
    assert.equal(of("right").size, 1);
    assert.notDeepEqual(of("left"), of("right"));
    assert.ok(![...of("left"), ...of("right")].some((colour) => /^rgba\(0, 0, 0, 0\)$/.test(colour)));
    assert.equal(await frame.locator(".chips .chip[data-source]").count(), 2);
  });
}
