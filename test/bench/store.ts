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
  const batches = Array.from({ length: COUNT / BATCH }, (_, i) => accessRecords(BATCH, { from: i * BATCH }));
  const store = openSegments(folder, { maxBytes: 2 ** 31, maxAge: Number.POSITIVE_INFINITY });
  const start = performance.now();
  for (const batch of batches) store.write(batch);
  store.close();
  rates.push(COUNT / (performance.now() - start));
  rmSync(folder, { recursive: true });
}
rates.sort((a, b) => a - b);
console.log(
  `store write: best ${rates.at(-1)?.toFixed(0)} k rows/s, median ${rates[2]?.toFixed(0)} k rows/s`,
);
