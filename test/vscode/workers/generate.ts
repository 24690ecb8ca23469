import { appendFileSync } from "node:fs";

/** Takes the arguments of `log-monitor generate`, leaves them in the file, and writes on until it is stopped. */
const path = process.argv[process.argv.indexOf("--path") + 1]!;
appendFileSync(path, `${JSON.stringify(process.argv.slice(2))}\n`);
setInterval(() => appendFileSync(path, "line\n"), 20);
