import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { explain } from "../../src/cli/explain.ts";
import { tempFolder } from "../helpers/temp.ts";

describe("log-monitor explain", () => {
  it("ends with 1 where something is refused, and speaks of nothing that runs", async (t) => {
    const cwd = tempFolder(t);
    const [out, err]: [string[], string[]] = [[], []];
    const host = {
      out: (text: string) => void out.push(text),
      err: (text: string) => void err.push(text),
      env: {},
      cwd,
      stops: { listen() {} },
    };
    const file = join(cwd, "log-monitor.yaml");
    writeFileSync(file, "sources:\n  a: { paths: 5 }\n");
    assert.equal(await explain.run([], host), 1);
    assert.match(out.join(""), /^sources\.a \(refused\)$/m);
    assert.doesNotMatch(out.join(""), /configFile|user settings/);
    writeFileSync(file, "sources:\n  a: { paths: a.log }\n");
    assert.equal(await explain.run([], host), 0);

    writeFileSync(file, "etcd: { endpoints: 'http://127.0.0.1:1', prefix: /s/, timeout: 500 }\n");
    assert.equal(await explain.run([], host), 1);
    assert.match(err.join(""), /; nothing of it was ever kept here, so that nothing of it is shown$/m);
  });
});
