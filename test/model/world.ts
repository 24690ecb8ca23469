import { existsSync, renameSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { InfluxServer } from "./influx.ts";
import type { ProcessStep, Step } from "./steps.ts";
import type { Writer } from "./writer.ts";

/** What is around a collector: the logs, the HTTP server, the folder of the file sink. */
export interface World {
  readonly folder: string;
  readonly writer: Writer;
  readonly server: InfluxServer;
}

/** Does a step that happens outside of the collector; undefined of any other. */
export function happen(
  step: Step | ProcessStep,
  { folder, writer, server }: World,
): Promise<void> | undefined {
  switch (step.type) {
    case "write":
      return settled(writer.write(step.log, step.lines, step.cut));
    case "rename":
    case "copytruncate":
    case "remove":
    case "gzip":
    case "prune":
      return settled(writer[step.type](step.log));
    case "answer":
      return settled(server.answer(step.way, step.times));
    case "server down":
      return settled(server.down());
    case "server up":
      return settled(server.up());
    case "folder away":
    case "folder back":
      return settled(moveFolder(folder, step.type === "folder away"));
    default:
      return undefined;
  }
}

const settled = (done: Promise<void> | void): Promise<void> => Promise.resolve(done);

/** All faults end. */
export async function clear({ folder, server }: Pick<World, "folder" | "server">): Promise<void> {
  server.answer("500", 0);
  await server.up();
  moveFolder(folder, false);
}

/** The folder of the file sink goes, and a file lies in its place; or it comes back. */
function moveFolder(folder: string, away: boolean): void {
  const out = join(folder, "out");
  if (away === existsSync(`${out}.away`)) return;
  if (away) {
    renameSync(out, `${out}.away`);
    writeFileSync(out, "");
  } else {
    unlinkSync(out);
    renameSync(`${out}.away`, out);
  }
}
