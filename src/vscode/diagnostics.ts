import { arch, platform, release } from "node:os";
import * as vscode from "vscode";
import { maskSecrets } from "../lib/mask.ts";
import type { ConfigInput, ConfigIssue } from "../protocol/engine.ts";
import type { EngineHost } from "./engine-host.ts";

/** Everything a bug report needs, as Markdown; secrets are masked. */
export function diagnosticsText(
  context: vscode.ExtensionContext,
  engine: EngineHost,
  settings: ConfigInput,
  issues: readonly ConfigIssue[],
): string {
  const versions = {
    extension: context.extension.packageJSON.version as string,
    editor: `${vscode.env.appName} ${vscode.version}`,
    host: vscode.env.uiKind === vscode.UIKind.Web ? "web" : "desktop",
    remote: vscode.env.remoteName ?? "none",
    node: process.versions.node,
    system: `${platform()} ${release()} ${arch()}`,
  };
  const { state, lastDeath = null, snapshot = null } = engine;
  const parts = { versions, engine: state, lastDeath, settings, issues, snapshot };
  const sections = Object.entries(maskSecrets(parts)).map(
    ([name, value]) => `## ${name}\n\n\`\`\`json\n${JSON.stringify(value, undefined, 2)}\n\`\`\`\n`,
  );
  return `# Log Monitor diagnostics\n\n${sections.join("\n")}`;
}
