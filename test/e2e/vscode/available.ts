import { launchBrowser } from "../../helpers/browser.ts";
import type { Reporter } from "../../helpers/tally.ts";
import { obtainVSCode } from "../../helpers/vscode-install.ts";

/**
 * True once VS Code's web build and a browser are at hand. Otherwise the tests of `file` are reported as left
 * out with the reason, and with CI=true as failed.
 */
export async function vscodeAvailable(file: string, reporter: Reporter): Promise<boolean> {
  try {
    await obtainVSCode(reporter.say);
    await (await launchBrowser()).close();
    return true;
  } catch (error) {
    const outcome = process.env.CI === "true" ? "failed" : "skipped";
    const reason = `VS Code could not be brought up: ${error instanceof Error ? error.message : error}`;
    reporter.result({ file, name: "as a whole", outcome, reason });
    return false;
  }
}
