// The least a program can do to hear of changes in a folder: Node started, and one watch.
//   node reference-idle.ts FOLDER
import { watch } from "node:fs";

watch(process.argv[2] ?? ".", () => {});
process.on("SIGTERM", () => process.exit());
