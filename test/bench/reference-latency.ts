// The least a program can do between an append and an arrival: be told of the change, read, send. It keeps
// nothing, parses nothing, and knows neither rotation nor retries.
//   node reference-latency.ts FILE ADDRESS
import { openSync, readSync, watch } from "node:fs";

const [, , path = "", address = ""] = process.argv;
const file = openSync(path, "r");
const buffer = Buffer.alloc(1 << 20);
let at = 0;
let busy = false;
let again = false;

async function look(): Promise<void> {
  again = busy;
  if (busy) return;
  busy = true;
  for (let length = read(); length > 0; length = read()) {
    const body = buffer.subarray(0, length);
    await (await fetch(address, { method: "POST", body })).arrayBuffer();
  }
  busy = false;
  if (again) await look();
}

function read(): number {
  const length = readSync(file, buffer, 0, buffer.length, at);
  at += length;
  return length;
}

watch(path, look);
await look();
process.on("SIGTERM", () => process.exit());
