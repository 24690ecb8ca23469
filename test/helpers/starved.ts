import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createDiscovery } from "../../src/sources/file/discovery.ts";
import { createMatcher } from "../../src/sources/file/paths.ts";
import { startSource } from "./source.ts";
import { until } from "./until.ts";

/** A program of its own, as it runs into the limits of a process. Prints what it finds as JSON. */
const [, , what, folder = ""] = process.argv;
const warnings: string[] = [];
const log = { debug() {}, info() {}, warn: (message: string) => void warnings.push(message), error() {} };
const logs = join(folder, "logs");

if (what === "watches") {
  mkdirSync(logs);
  for (let at = 0; at < 20; at++) {
    mkdirSync(join(logs, `${at}`));
    writeFileSync(join(logs, `${at}`, "a.log"), "one\n");
  }
  const discovery = createDiscovery(createMatcher([join(logs, "*", "a.log")], []), () => {}, log);
  const present = await discovery.start();
  await until(() => discovery.polling);
  await discovery.close();
  report({ present: present.length });
} else if (what === "files") {
  mkdirSync(logs);
  for (let at = 0; at < 200; at++) writeFileSync(join(logs, `${at}.log`), "one\n");
  const running = await startSource(join(folder, "data"), { paths: join(logs, "*.log"), from: "start" }, log);
  const rows = running.source.files();
  const state = running.source.state().state;
  await running.stop();
  report({ state, read: rows.filter((row) => row.state === "watching").length, rows: rows.length });
} else if (what === "folders") {
  for (const name of ["closed", "open"]) {
    mkdirSync(join(logs, name), { recursive: true, mode: 0o755 });
    writeFileSync(join(logs, name, "a.log"), "one\n");
  }
  mkdirSync(join(logs, "closed", "deep"), { mode: 0 });
  if (process.getuid?.() === 0) process.setuid?.(65_534);
  const discovery = createDiscovery(createMatcher([join(logs, "**", "*.log")], []), () => {}, log);
  const present = await discovery.start();
  await discovery.scan();
  const unreadable = [...discovery.unreadable.keys()];
  await discovery.close();
  report({ present: present.length, unreadable });
}

function report(found: object): void {
  console.log(JSON.stringify({ ...found, warnings }));
}
