import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startSource } from "./source.ts";
import { until } from "./until.ts";

/**
 * A program in a mount space of its own: the folder of a log is mounted anew while it is read and while it is not,
 * which gives it another device number and (in memory, file by file) the same inodes. Prints what it finds as JSON.
 */
const [, , folder = ""] = process.argv;
const logs = join(folder, "logs");
const file = join(logs, "a.log");
const options = { paths: join(logs, "*.log"), from: "start" as const };
const devices = new Set<number>();
const inodes = new Set<number>();
let written = "";

/** Mounts over what was there, with files of the same content. */
function mountAnew(): void {
  execFileSync("mount", ["-t", "tmpfs", "tmpfs", logs]);
  writeFileSync(file, written);
  devices.add(statSync(file).dev);
  inodes.add(statSync(file).ino);
}
function write(line: string): void {
  appendFileSync(file, `${line}\n`);
  written += `${line}\n`;
}

mkdirSync(logs);
mountAnew();
write("line 0");
let running = await startSource(join(folder, "data"), options);
await running.source.drain();
mountAnew();
write("line 1");
await until(() => running.durable().length >= 2, { timeout: 30_000 });
await running.stop();
mountAnew();
write("line 2");
running = await startSource(join(folder, "data"), options);
await running.source.drain();
const records = running.durable();
await running.stop();
console.log(
  JSON.stringify({
    devices: devices.size,
    inodes: inodes.size,
    lines: records.map(({ line }) => line),
    generations: new Set(records.map(({ generation }) => generation)).size,
  }),
);
