import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { applyEdits, parse } from "jsonc-parser";
import { entryEdits } from "../../src/config/entry-edit.ts";
import { parseSink } from "../../src/config/parts.ts";
import { isSecretName } from "../../src/lib/mask.ts";
import { sinks } from "../../src/sinks/index.ts";
import {
  type Draft,
  isId,
  shownValue,
  stepsOf,
  valueUpTo,
  writtenValue,
} from "../../src/vscode/sink-draft.ts";
import { sinkForms } from "../../src/vscode/sink-forms.ts";
import { english } from "./snapshots.ts";

const forms = sinkForms(english);
const kinds = (draft: Draft, places = 1) =>
  stepsOf(draft, forms, places).map((step) => ("ask" in step ? step.ask.key : step.kind));

describe("the forms of Add Sink", () => {
  it("are there for every sink that sends something out of the editor", () => {
    assert.deepEqual(
      forms.map(({ type }) => type).sort(),
      Object.keys(sinks).filter((type) => type !== "stdout" && type !== "store"),
    );
  });

  for (const { type, ways } of forms) {
    for (const way of ways) {
      it(`ask for all that ${type} needs: ${way.label}`, () => {
        const examples = Object.fromEntries(way.asks.map(({ key, example }) => [key, example]));
        const part = parseSink("one", { type, ...way.fixed, ...examples }, "/");
        assert.ok("part" in part, JSON.stringify(part));
        for (const { key, secret = false, initial } of way.asks) {
          assert.equal(secret, isSecretName(key), key);
          const { [key]: _, ...others } = { type, ...way.fixed, ...examples } as Record<string, unknown>;
          const without = parseSink("one", others, "/");
          const signsIn = key === "user" || secret;
          if (initial === undefined) assert.ok(signsIn || "issues" in without, `${key} is not needed`);
          else assert.ok("part" in without && Object(without.part.options)[key] === initial, key);
        }
      });

      it(`find fault with nothing but what is asked: ${type}, ${way.label}`, () => {
        for (const { key, example } of way.asks) {
          const part = parseSink("one", valueUpTo({ type, options: {} }, way, key, example), "/");
          assert.ok("part" in part, key);
        }
      });
    }
  }
});

describe("how records are written", () => {
  for (const { type, ways } of forms) {
    const [way] = ways;
    const shape = way?.shape ?? [];
    if (!way || shape.length === 0) continue;
    it(`is, left alone, as ${type} has it, and can be all that is offered`, () => {
      const examples = Object.fromEntries(way.asks.map(({ key, example }) => [key, example]));
      const made = (more: object) => {
        const part = parseSink("one", { type, ...way.fixed, ...examples, ...more }, "/");
        return "part" in part ? Object(part.part.options) : assert.fail(JSON.stringify([more, part]));
      };
      for (const { key, initial, example, choices } of shape) {
        assert.equal(made({})[key], initial, key);
        if (choices) assert.ok(initial !== undefined && Object.hasOwn(choices, initial), key);
        for (const value of Object.keys(choices ?? { [example]: "" }))
          assert.equal(made({ [key]: value })[key], value);
        if (choices) assert.throws(() => made({ [key]: "none of them" }), "there may be others");
      }
    });
  }

  it("is asked for from the last step alone, and written only where it is another than by default", () => {
    const way = forms.find(({ type }) => type === "influxdb")!.ways[0]!;
    const asked = { url: "http://127.0.0.1:8086", database: "logs" };
    const draft = { type: "influxdb", way: 0, id: "one", options: { ...asked, unparsed: "skip" } };
    assert.equal(kinds(draft).at(-1), "confirm");
    assert.equal(kinds({ ...draft, changing: "measurement" }).at(-1), "measurement");
    assert.deepEqual(writtenValue(draft, way, []).value, { type: "influxdb", ...asked });
    const changed = { ...draft, options: { ...draft.options, measurement: "mine" } };
    assert.equal(writtenValue(changed, way, []).value.measurement, "mine");
  });

  it("is shown with what was not said yet as it would be, and with no secret", () => {
    const way = forms.find(({ type }) => type === "elasticsearch")!.ways.at(-1)!;
    const draft = { type: "elasticsearch", options: { apiKey: "s3cret" } };
    const shown = shownValue(draft, way, { documents: "ecs" });
    assert.equal(shown.index, "logs-${source}-${date}");
    assert.equal(shown.documents, "ecs");
    assert.notEqual(shown.apiKey, "s3cret");
    assert.ok("part" in parseSink("one", shown, "/"));
  });
});

describe("the steps of Add Sink", () => {
  it("are those that the kind of sink needs", () => {
    assert.deepEqual(kinds({ options: {} }), ["type"]);
    assert.deepEqual(kinds({ type: "file", options: {} }), ["type", "path", "id", "confirm"]);
    assert.deepEqual(kinds({ type: "file", options: {} }, 3), ["type", "path", "place", "id", "confirm"]);
    assert.deepEqual(kinds({ type: "loki", options: {} }), ["type", "way", "id", "confirm"]);
    const way = forms.find(({ type }) => type === "loki")!.ways.findIndex(({ asks }) => asks.length === 2);
    assert.deepEqual(kinds({ type: "loki", way, options: { token: "t" } }), [
      ...["type", "way", "url", "token", "keep", "id", "confirm"],
    ]);
    const options = { token: "${env:TOKEN}" };
    assert.ok(
      !kinds({ type: "loki", way, options }).includes("keep"),
      "what is no secret itself is not kept",
    );
  });

  it("write a reference for a secret that is kept, under a name that is free", () => {
    const { ways } = forms.find(({ type }) => type === "influxdb")!;
    const way = ways.find(({ fixed }) => fixed?.version === 3)!;
    const options = { url: "http://127.0.0.1:8181", database: "logs", token: "s3cret" };
    const draft = { type: "influxdb", id: "influxdb", options };
    const kept = writtenValue({ ...draft, keep: true }, way, ["sinks.influxdb.token"]);
    assert.deepEqual(kept.value, {
      type: "influxdb",
      version: 3,
      ...options,
      token: "${secret:sinks.influxdb.token-2}",
    });
    assert.deepEqual([...kept.secrets], [["sinks.influxdb.token-2", "s3cret"]]);
    const plain = writtenValue({ ...draft, keep: false }, way, []);
    assert.equal(plain.value.token, "s3cret");
    assert.equal(plain.secrets.size, 0);
  });

  it("leave defaults out of the settings", () => {
    const [way] = forms.find(({ type }) => type === "kafka")!.ways;
    const options = { brokers: "127.0.0.1:9092", topic: "${source}" };
    assert.deepEqual(writtenValue({ type: "kafka", id: "kafka", options }, way!, []).value, {
      type: "kafka",
      brokers: "127.0.0.1:9092",
    });
  });

  it("take no id after which a file outside the data folder would be named", () => {
    assert.deepEqual(["influx", "a-1.b_c", "", "../up", ".x", "a/b"].map(isId), [
      ...[true, true, false, false, false, false],
    ]);
  });
});

describe("an entry that is added to settings", () => {
  const add = (text: string, within: readonly string[] = []) => {
    const edits = entryEdits({ text, within, key: "sinks", id: "new", value: { type: "file", path: "a" } });
    return edits && applyEdits(text, [...edits]);
  };

  it("leaves comments and all else as they are", () => {
    const text = `{
    // mine
    "editor.fontSize": 12, /* big */
    "logMonitor.sinks": {
        // the old one
        "old": { "type": "file", "path": "b" }, // here
    },
}
`;
    const added = add(text)!;
    for (const part of text.split("\n").slice(0, 5)) assert.ok(added.includes(part.trim()), part);
    for (const comment of ["// mine", "/* big */", "// the old one", "// here"])
      assert.ok(added.includes(comment), comment);
    assert.deepEqual(parse(added)["logMonitor.sinks"], {
      old: { type: "file", path: "b" },
      new: { type: "file", path: "a" },
    });
  });

  it("goes where the settings stand: flat, nested, in a workspace file, or nowhere yet", () => {
    const value = { new: { type: "file", path: "a" } };
    assert.deepEqual(parse(add("{}")!), { "logMonitor.sinks": value });
    assert.deepEqual(parse(add('{ "logMonitor": { "sinks": {} } }')!), { logMonitor: { sinks: value } });
    assert.deepEqual(parse(add('{ "folders": [] }', ["settings"])!), {
      folders: [],
      settings: { "logMonitor.sinks": value },
    });
  });

  it("keeps line ends and tabs", () => {
    const added = add('{\r\n\t"a": 1\r\n}\r\n')!;
    assert.doesNotMatch(added, /[^\r]\n|\n {2}/);
    assert.match(added, /\r\n\t"logMonitor.sinks"/);
  });

  it("is refused where the text is no settings", () => {
    for (const text of ["", "[]", '{ "a": ']) assert.equal(add(text), undefined, text);
  });
});

describe("an option of an entry", () => {
  const write = (text: string, value: unknown) =>
    applyEdits(text, [
      ...entryEdits({ text, within: [], key: "sources", id: "app", option: "parser", value })!,
    ]);
  const around = (entry: string) =>
    `{\n  // mine\n  "logMonitor.sources": { "app": ${entry}, "b": {} } // x\n}\n`;

  it("is changed, added and taken away, with nothing else touched", () => {
    const pattern = { type: "regex", pattern: '(?<a>\\n"x, y")' };
    const shown = String.raw`{ "type": "regex", "pattern": "(?<a>\\n\"x, y\")" }`;
    const json = around('{ "paths": ["a"], "parser": "json" /* hm */, "from": "end" }');
    assert.equal(write(json, "nginx"), json.replace('"json"', '"nginx"'));
    assert.equal(
      write(json, pattern),
      json.replace('"json"', () => shown),
    );
    const bare = around('{ "paths": ["a"] }');
    assert.equal(write(bare, "nginx"), around('{ "paths": ["a"], "parser": "nginx" }'));
    for (const value of ["nginx", pattern]) assert.equal(write(write(bare, value), undefined), bare);
    const tall = around('{\n    // which\n    "paths": ["a"]\n  }');
    assert.equal(write(tall, "x"), around('{\n    // which\n    "paths": ["a"],\n    "parser": "x"\n  }'));
    assert.equal(write(write(tall, "x"), undefined), tall);
  });
});
