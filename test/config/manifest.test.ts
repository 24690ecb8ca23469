import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, it } from "node:test";
import { generated, settings } from "../../src/config/manifest.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");

describe("generated manifest", () => {
  for (const [path, text] of Object.entries(generated(read))) {
    it(`${path} is as the schema says (else: node src/config/manifest.ts --write)`, () => {
      assert.ok(read(path) === text, `${path} has drifted`);
    });
  }

  it("marks the place of the tables of settings", () => {
    assert.match(read("docs/settings.md"), /<!-- settings:begin -->\n\| setting[\s\S]+<!-- settings:end -->/);
  });

  it("holds no $ref, which VS Code's settings do not allow", () => {
    assert.ok(!JSON.stringify(settings()).includes('"$ref"'));
  });

  it("describes every option and gives every setting a default", () => {
    const undescribed: string[] = [];
    const walk = (schema: unknown, path: string): void => {
      if (typeof schema !== "object" || schema === null) return;
      for (const [key, value] of Object.entries(schema)) {
        if (key === "properties" && typeof value === "object" && value !== null) {
          for (const [name, property] of Object.entries(value as Record<string, Record<string, unknown>>)) {
            if (!property.description && !property.markdownDescription) undescribed.push(`${path}.${name}`);
            walk(property, `${path}.${name}`);
          }
        } else if (key !== "default" && key !== "defaultSnippets") walk(value, path);
      }
    };
    walk(settings(), "");
    assert.deepEqual(undescribed, []);
    for (const [name, setting] of Object.entries(settings().properties as Record<string, object>)) {
      assert.ok("default" in setting || name === "logMonitor.dataDir", name);
    }
  });
});
