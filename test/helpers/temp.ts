import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A fresh folder (its real path), removed when the test or suite `t` ends. */
export function tempFolder(t: { after(fn: () => void): void }): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "log-monitor-")));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5 }));
  return folder;
}
