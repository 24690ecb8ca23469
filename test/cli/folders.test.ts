import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Host } from "../../src/cli/command.ts";
import { generate } from "../../src/cli/generate.ts";
import { inspect } from "../../src/cli/inspect.ts";
import { tempFolder } from "../helpers/temp.ts";

const hostIn = (cwd: string): Host => ({ out() {}, err() {}, env: {}, cwd, stops: { listen() {} } });

describe("a path in which nothing can be made", () => {
  it("is refused by generate in one line with its option", {
    skip: process.platform !== "linux",
  }, async (t) => {
    const options = ["--path", "/proc/x/y", "--lines", "1"];
    await assert.rejects(generate.run(options, hostIn(tempFolder(t))), {
      name: "UserError",
      message: "--path /proc/x/y: no folder can be made in /proc",
    });
  });
});

describe("a folder in the place of a file", () => {
  it("is named by generate", async (t) => {
    const folder = tempFolder(t);
    await assert.rejects(generate.run(["--path", folder, "--lines", "1"], hostIn(folder)), {
      name: "UserError",
      message: `--path ${folder}: is a folder: name a file in it`,
    });
  });

  it("is named by inspect", async (t) => {
    const folder = tempFolder(t);
    await assert.rejects(inspect.run(["--file", ".", "--line", "1"], hostIn(folder)), {
      name: "UserError",
      message: "--file . is a folder: name a file in it",
    });
  });
});
