import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openSegments } from "../../src/store/segments.ts";
import { accessRecords } from "../store/records.ts";

/** Rows a second into the store, records of the nginx format, best and median of five. */
const COUNT = 300_000;
const BATCH = 5_000;
const rates: number[] = [];
for (let run = 0; run < 5; run++) {
  const folder = mkdtempSync(join(tmpdir(), "store-bench-"));
  const store = openSegments(folder, { maxBytes: 2 ** 31, maxAge: Number.POSITIVE_INFINITY });
  let spent = 0;
  for (let from = 0; from < COUNT; from += BATCH) {
    const batch = accessRecords(BATCH, { from });
    const start = performance.now();
    await store.write(batch);
    spent += performance.now() - start;
  }
  const start = performance.now();
  store.close();
  rates.push(COUNT / (spent + performance.now() - start));
  rmSync(folder, { recursive: true });
}
rates.sort((a, b) => a - b);
console.log(
  `store write: best ${rates.at(-1)?.toFixed(0)} k rows/s, median ${rates[2]?.toFixed(0)} k rows/s`,
);
