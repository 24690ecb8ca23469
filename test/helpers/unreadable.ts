import { appendFileSync, chmodSync, mkdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { startSource } from "./source.ts";
import { until } from "./until.ts";

/**
 * A program of its own, so that it can be another user than root, whom no permission binds: a log is rotated while
 * nothing runs, and its folder can't be looked into at the next start. Prints JSON.
 */
const [, , folder = ""] = process.argv;
if (process.getuid?.() === 0) process.setuid?.(65_534);
const logs = join(folder, "logs");
const file = join(logs, "a.log");
const options = { paths: file, from: "start" as const };
const data = join(folder, "data");
mkdirSync(logs);
appendFileSync(file, "one\n");
const before = await startSource(data, options);
await before.source.drain();
await before.stop();
appendFileSync(file, "two\n");
renameSync(file, `${file}.1`);
chmodSync(logs, 0);
const after = await startSource(data, options);
const row = after.source.files().find(({ reason }) => reason?.startsWith("not read to its end"));
const [ended] = after.generations().map((one) => one.ended);
chmodSync(logs, 0o700);
await after.source.drain();
await until(() => after.source.files().every(({ reason }) => !reason?.startsWith("not read to its end")));
const told = after.durable().map(({ line }) => line);
await after.stop();
console.log(JSON.stringify({ reason: row?.reason, ended, told }));
