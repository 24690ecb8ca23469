import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { glob } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src/", import.meta.url));

interface File {
  readonly path: string;
  readonly folder: string;
  /** Modules of ours it imports, from src; `type` when only types cross. */
  readonly ours: { readonly path: string; readonly type: boolean }[];
  readonly others: string[];
  readonly lines: number;
}

async function files(): Promise<File[]> {
  const found: File[] = [];
  for await (const name of glob("**/*.ts", { cwd: src })) {
    const path = name.replaceAll("\\", "/");
    const text = readFileSync(join(src, path), "utf8");
    const imports = [
      ...text.matchAll(
        /^\s*(?:import|export)\s+(type\s)?[^;]*?from\s+"([^"]+)"|^import\s+"([^"]+)"|\bimport\("([^"]+)"\)/gms,
      ),
    ];
    const ours: File["ours"] = [];
    const others: string[] = [];
    for (const [, type, from, bare, dynamic] of imports) {
      const target = from ?? bare ?? dynamic ?? "";
      if (target.startsWith("."))
        ours.push({
          path: relative(src, join(src, dirname(path), target)).replaceAll("\\", "/"),
          type: type !== undefined,
        });
      else others.push(target);
    }
    found.push({
      path,
      folder: path.includes("/") ? (path.split("/")[0] ?? "") : "",
      ours,
      others,
      lines: text.split("\n").length,
    });
  }
  return found;
}

/** What each folder may import at run time, beside itself. Files at the top: model, errors. */
const nouns = ["lib", "model.ts", "errors.ts"];
const stages = ["sources", "parsers", "multiline", "sinks", "spool", "store"];
const allowed: Record<string, string[]> = {
  lib: ["model.ts", "errors.ts"],
  sources: [...nouns, "spool", "multiline"],
  parsers: nouns,
  multiline: nouns,
  spool: nouns,
  store: nouns,
  sinks: [...nouns, "store"],
  protocol: nouns,
  remote: [...nouns, "store", "protocol"],
  config: [...nouns, ...stages, "protocol"],
  monitor: [...nouns],
  engine: [...nouns, ...stages, "config", "monitor", "protocol", "remote"],
  cli: [...nouns, ...stages, "config", "monitor", "engine", "protocol"],
  vscode: [...nouns, "protocol", "config/locate.ts", "config/source-id.ts", "config/variables.ts"],
  webview: [...nouns, "protocol"],
};

describe("architecture", async () => {
  const all = await files();

  it("has files to look at", () => assert.ok(all.length > 50));

  it("lets imports go one way", () => {
    const wrong = all.flatMap(({ path, folder, ours }) =>
      ours
        .filter(({ path: target, type }) => {
          if (folder === "" || type || target.startsWith(`${folder}/`)) return false;
          const may = allowed[folder] ?? [];
          return !may.includes(target) && !may.includes(target.split("/")[0] ?? "");
        })
        .map(({ path: target }) => `${path} → ${target}`),
    );
    assert.deepEqual(wrong, []);
  });

  it("imports vscode under src/vscode and in extension.ts only", () => {
    const wrong = all.filter(
      ({ path, folder, others }) =>
        others.includes("vscode") && folder !== "vscode" && path !== "extension.ts",
    );
    assert.deepEqual(
      wrong.map(({ path }) => path),
      [],
    );
  });

  it("takes open folders for places on the disk in one file, which leaves virtual ones out", () => {
    const others = ["consent.ts", "dashboard-save.ts"].map((name) => `vscode/${name}`);
    const asking = all.filter(({ path }) =>
      /\bworkspaceFolders\b/.test(readFileSync(join(src, path), "utf8")),
    );
    // A name of a workspace, and an address to save to.
    assert.deepEqual(asking.map(({ path }) => path).sort(), [...others, "vscode/folders.ts"].sort());
  });

  it("keeps files small enough to hold in the head", () => {
    assert.deepEqual(
      all.filter(({ lines }) => lines > 350).map(({ path, lines }) => `${path}: ${lines}`),
      [],
    );
  });

  it("names concrete stages in registries only", () => {
    const stage = /^(sources|parsers|sinks)\/(?!index\.ts|source\.ts|parser\.ts|sink\.ts)/;
    const wrong = all.flatMap(({ path, folder, ours }) =>
      stages.includes(folder)
        ? []
        : ours
            .filter(({ path: target, type }) => !type && stage.test(target))
            .map(({ path: target }) => `${path} → ${target}`),
    );
    assert.deepEqual(wrong, []);
  });
});
