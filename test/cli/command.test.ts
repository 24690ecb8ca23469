import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { defineCommand, type Host, helpOf, UsageError } from "../../src/cli/command.ts";
import { enough } from "../../src/cli/node.ts";
import { nearest } from "../../src/lib/nearest.ts";

const host: Host = { out() {}, err() {}, env: {}, cwd: "/", stops: { listen() {} } };
const command = defineCommand({
  usage: "[--lines N] [FILE]",
  about: "Does something.",
  positionals: 1,
  options: {
    lines: { type: "string", short: "n", value: "N", help: "how many" },
    json: { type: "boolean", help: "as JSON" },
  },
  run: async (values, positionals) => Number(values.lines ?? 0) + positionals.length,
});

async function refused(args: string[]): Promise<string> {
  try {
    await command.run(args, host);
  } catch (error) {
    assert.ok(error instanceof UsageError, String(error));
    return error.message;
  }
  assert.fail("it was taken");
}

describe("command line", () => {
  it("takes options and as many arguments as the command wants", async () => {
    assert.equal(await command.run(["--lines", "4", "a"], host), 5);
    assert.equal(await command.run(["-n4"], host), 4);
    assert.match(await refused(["a", "b"]), /"b" is one argument too many/);
  });

  it("takes long options with one dash too, as Go programs do", async () => {
    assert.equal(await command.run(["-lines", "4", "a"], host), 5);
    assert.equal(await command.run(["-lines=4"], host), 4);
    assert.equal(await command.run(["--", "-lines"], host), 1);
    assert.match(await refused(["-lnes", "4"]), /no option -l/);
  });

  it("names the option that was meant", async () => {
    assert.match(await refused(["--lnes", "4"]), /no option --lnes; did you mean --lines\?/);
    assert.match(await refused(["--line=4"]), /no option --line; did you mean --lines\?/);
    assert.doesNotMatch(await refused(["--zzz"]), /did you mean/);
  });

  it("names help and version, which every command answers", async () => {
    assert.match(await refused(["--verison"]), /did you mean --version\?/);
    assert.match(await refused(["--hepl"]), /did you mean --help\?/);
  });

  it("says how a value that begins with a dash is written", async () => {
    assert.match(await refused(["--lines", "-1"]), /--lines needs a value.*--lines=-…/);
  });

  it("refuses a value that is missing or too many", async () => {
    assert.match(await refused(["--lines"]), /lines/);
    assert.match(await refused(["--json=yes"]), /json/);
  });

  it("lists every option in help", () => {
    const text = helpOf("do", command);
    assert.match(text, /^Usage: log-monitor do \[--lines N\]/);
    for (const part of ["-n, --lines N", "--json", "-h, --help"]) assert.ok(text.includes(part), part);
    for (const line of text.split("\n")) assert.ok(line.length <= 100, line);
  });

  it("guesses slips, not other words", () => {
    const names = ["run", "check", "query", "generate", "inspect"];
    assert.equal(nearest("gnerate", names), "generate");
    assert.equal(nearest("inspetc", names), "inspect");
    assert.equal(nearest("rum", names), "run");
    assert.equal(nearest("install", names), undefined);
  });

  it("tells which Node is new enough", () => {
    assert.deepEqual(["20.20.2", "22.14.9", "22.15.0", "22.22.1", "24.0.0"].map(enough), [
      false,
      false,
      true,
      true,
      true,
    ]);
  });
});
