import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { isBuiltin } from "node:module";
import { describe, it } from "node:test";
import { promisify } from "node:util";
import { repository } from "./helpers/vscode-paths.ts";

/** Bytes of each bundle as it is packaged, and what of other people's may stand in it. */
const BUDGETS: Readonly<Record<string, { most: number; of: readonly string[] }>> = {
  "dist/extension.cjs": { most: 148_000, of: ["jsonc-parser", "zod"] },
  "dist/flows.cjs": { most: 65_000, of: ["jsonc-parser"] },
  "dist/webview/dashboard.js": {
    most: 230_000,
    of: ["@lit/reactive-element", "@vscode-elements/elements", "lit-element", "lit-html", "uplot"],
  },
  "dist/webview/log.js": {
    most: 360_000,
    of: [
      "@lit/context",
      "@lit/reactive-element",
      "@vscode-elements/elements",
      "lit-element",
      "lit-html",
      "uplot",
      "zod",
    ],
  },
};

interface Outputs {
  readonly [file: string]: {
    bytes: number;
    inputs: Record<string, { bytesInOutput: number }>;
    imports: readonly { path: string; external?: boolean }[];
  };
}

describe("bundles", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [".build/build.mjs", "--sizes"], {
    cwd: repository,
    maxBuffer: 2 ** 26,
  });
  const outputs: Outputs = JSON.parse(stdout);
  for (const [file, { most, of }] of Object.entries(BUDGETS)) {
    it(`keep ${file} small, and hold nothing that it does not need`, () => {
      const { bytes, inputs } = outputs[file] ?? assert.fail("no such bundle");
      assert.ok(bytes <= most, `${bytes} bytes`);
      const packages = Object.entries(inputs)
        .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
        .flatMap(([input]) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(input)?.[1] ?? []);
      assert.deepEqual([...new Set(packages)].sort(), of);
    });
  }

  it("need nothing that is in neither them, the editor nor Node: no native module, no package", () => {
    const wanted = Object.values(outputs)
      .flatMap(({ imports }) => imports)
      .filter(({ external, path }) => external && !isBuiltin(path))
      .map(({ path }) => path);
    assert.deepEqual([...new Set(wanted)].sort(), ["./flows.cjs", "vscode"]);
  });
});
