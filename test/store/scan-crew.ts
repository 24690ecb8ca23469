import type { TestContext } from "node:test";
import { Worker } from "node:worker_threads";
import { type Crew, createCrew } from "../../src/store/crew.ts";

/** Threads as the query thread has them, from the sources. */
export function scanCrew(t: TestContext, { few = 64, size = 1 } = {}): Crew {
  const crew = createCrew(() => new Worker(new URL("../../src/scan.ts", import.meta.url)), size, few);
  t.after(() => crew.close());
  return crew;
}
