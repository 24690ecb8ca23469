import { join } from "node:path";
import { openSegments } from "../../src/store/segments.ts";
import { accessRecords } from "./records.ts";

/** A process to be killed: writes access records from the first on, without end, and counts them on stdout. */
const [dataDir = "", segmentBytes = ""] = process.argv.slice(2);
const store = openSegments(join(dataDir, "store"), {
  maxBytes: 2 ** 30,
  maxAge: Number.POSITIVE_INFINITY,
  segmentBytes: Number(segmentBytes),
});
for (let from = 0; ; from += 500) {
  await store.write(accessRecords(500, { from }));
  await new Promise((resolve) => process.stdout.write(`${from + 500}\n`, resolve));
}
