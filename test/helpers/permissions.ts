import { appendFileSync, chmodSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { startSource } from "./source.ts";
import { until } from "./until.ts";

/** A program of its own, so that it can be another user than root, whom no permission binds. Prints JSON. */
const [, , folder = ""] = process.argv;
if (process.getuid?.() === 0) process.setuid?.(65_534);
const logs = join(folder, "logs");
const [late, lost] = [join(logs, "late.log"), join(logs, "lost.log")];
mkdirSync(logs);
for (const file of [late, lost]) appendFileSync(file, "one\n");
chmodSync(late, 0);
/** Sooner than the sweep would look at it. */
const soon = { timeout: 15_000 };
const said: string[] = [];
const log = { debug() {}, info() {}, warn: (text: string) => void said.push(text), error() {} };
const running = await startSource(join(folder, "data"), { paths: join(logs, "*.log"), from: "start" }, log);
const told = (): string[] => running.durable().map(({ line }) => line);
await until(() => told().length === 1);
const denied = running.source.files().find(({ path }) => path === late);
// Lost while it is read, regained: the open file is read on in any case.
chmodSync(lost, 0);
chmodSync(late, 0o600);
await until(() => told().length === 2, soon);
chmodSync(lost, 0o600);
appendFileSync(lost, "two\n");
await until(() => told().length === 3, soon);
// The same of the folder around them.
chmodSync(logs, 0);
await until(() => said.some((text) => text.includes("EACCES") && text.includes(logs)), { timeout: 30_000 });
chmodSync(logs, 0o700);
appendFileSync(late, "three\n");
await until(() => told().length === 4, soon);
const all = told().sort();
await running.stop();
console.log(JSON.stringify({ denied: { state: denied?.state, reason: denied?.reason }, told: all }));
