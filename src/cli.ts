#!/usr/bin/env node
import { enough, findNode, NEEDED } from "./cli/node.ts";
import { LAUNCHED, relaunch } from "./cli/relaunch.ts";

// Nothing here may import, directly or not, what an old Node lacks: this file must load to find a newer one.
if (enough(process.versions.node)) {
  const { main } = await import("./cli/main.ts");
  await main(process.argv.slice(2));
} else {
  const node = process.env[LAUNCHED] ? undefined : findNode(process.env, import.meta.dirname);
  if (node) relaunch(node, process.argv.slice(1));
  else {
    process.stderr.write(
      `log-monitor needs Node ${NEEDED} or newer, and this is ${process.versions.node} (${process.execPath}): run it with a newer one, or set LOG_MONITOR_NODE to its path\n`,
    );
    process.exitCode = 1;
  }
}
