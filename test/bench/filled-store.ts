import { join } from "node:path";
import { openSegments } from "../../src/store/segments.ts";
import { accessRecords, originOf } from "../store/records.ts";

/** Records of a second, by their own times. */
export const RATE = 1000;
const BATCH = 20_000;

interface Filling {
  /** Of the store. */
  readonly maxBytes: number;
  /** When the first record was, ms since the epoch. */
  readonly began: number;
  readonly source?: string;
}

/** Has the product's own writer fill the store of a data folder with records of the nginx format. */
export async function fillStore(
  dataDir: string,
  records: number,
  { maxBytes, began, source }: Filling,
): Promise<void> {
  const store = openSegments(join(dataDir, "store"), { maxBytes, maxAge: Number.POSITIVE_INFINITY });
  const at = originOf(source);
  for (let from = 0; from < records; from += BATCH)
    await store.write(accessRecords(Math.min(BATCH, records - from), { from, rate: RATE, began, at }));
  store.close();
}
