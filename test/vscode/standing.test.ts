import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { ConfigIssue } from "../../src/protocol/engine.ts";
import { type Situation, standing } from "../../src/vscode/standing.ts";
import { statusText } from "../../src/vscode/status-text.ts";
import { english, flow, sink, snapshot, source } from "./snapshots.ts";

const issue = (message: string, severity: ConfigIssue["severity"] = "error"): ConfigIssue => ({
  severity,
  message,
  path: ["sources"],
  origin: "user",
});
const of = (situation: Partial<Situation>) =>
  standing(
    { state: { name: "running" }, issues: [], snapshot: snapshot(), trusted: true, ...situation },
    english,
  );

describe("standing faults", () => {
  it("are none when all is well", () => {
    assert.deepEqual(of({}), []);
    assert.deepEqual(of({ state: { name: "idle" }, issues: [issue("odd", "warning")] }), []);
  });

  it("say that the engine stopped, why, and what to do", () => {
    const [fault] = of({ state: { name: "failed", reason: "out of memory." } });
    assert.equal(fault!.severity, "error");
    assert.match(fault!.message, /stopped: out of memory\. Use Restart Engine/);
  });

  it("name the first refused value, say that what ran goes on, and count the others", () => {
    const [fault] = of({ issues: [issue("no such parser"), issue("b"), issue("c")] });
    assert.match(
      fault!.message,
      /^Refused .*: sources: no such parser\. What ran before goes on\. \(2 more in Problems\)$/,
    );
  });

  it("name the key of etcd whose value is refused, which no setting mends", () => {
    const refused = { ...issue("is empty"), path: [], origin: "etcd", key: "/s/a" } as const;
    const [fault] = of({ issues: [refused] });
    assert.match(fault!.message, /^Refused in the configuration: etcd \/s\/a: is empty\. What ran before/);
    assert.equal(fault!.setting, undefined);
  });

  it("leave all but the first sentence of a refusal to Problems", () => {
    const [fault] = of({
      issues: [issue('unknown parser "ngnix": did you mean "nginx"? Known here: a, b.')],
    });
    assert.equal(
      fault!.message,
      'Refused in the configuration: sources: unknown parser "ngnix": did you mean "nginx"? What ran before goes on.',
    );
  });

  it("say what Restricted Mode leaves out, once there is anything to leave out", () => {
    const [fault] = of({ trusted: false });
    assert.equal(fault!.severity, "warning");
    assert.match(fault!.message, /nothing is sent/);
    assert.deepEqual(of({ trusted: false, snapshot: undefined }), []);
  });

  it("name what waits for consent and what it wants, and count the others", () => {
    const waiting = [
      { part: "sinks.away", wants: ["http://logs.example.org:8086", "http://b.example.org:80"] },
      { part: "sources.shell", wants: ["kubectl logs -f web"] },
    ];
    assert.deepEqual(
      of({ waiting }).map(({ severity, message }) => [severity, message]),
      [
        [
          "warning",
          "sinks.away waits for your consent: http://logs.example.org:8086, http://b.example.org:80. Use Allow… to answer. (1 more)",
        ],
      ],
    );
    assert.match(
      of({ waiting: waiting.slice(1) })[0]!.message,
      /kubectl logs -f web\. Use Allow… to answer\.$/,
    );
  });

  it("tell what the engine tells: a monitor without its port, a spool that is full", () => {
    const faults = of({
      snapshot: snapshot({ monitor: { error: "port 9193 is in use" }, problems: ["the spool is full"] }),
    });
    assert.deepEqual(
      faults.map(({ message }) => message),
      ["port 9193 is in use.", "the spool is full"],
    );
  });

  it("say whose figures these are, which is no fault, and the status bar shows it without a warning", () => {
    const figures = snapshot({ followed: { process: 4711 }, sources: [source("a")] });
    const faults = of({ snapshot: figures });
    assert.deepEqual(
      faults.map(({ severity, message }) => [severity, message]),
      [["info", "Followed: run by process 4711. This window shows its figures and takes over when it ends."]],
    );
    const status = statusText(figures, faults, english)!;
    assert.equal(status.text, "$(eye) 0/s");
    assert.match(status.spoken, / problems: 0$/);
    assert.match(status.lines.join(), /run by process 4711/);
  });

  it("name the setting that mends them, where one does", () => {
    const faults = of({
      issues: [{ ...issue("no such parser"), path: ["sources", "a", "parser"] }],
      snapshot: snapshot({ monitor: { error: "port 9193 is in use" }, problems: ["the spool is full"] }),
    });
    assert.deepEqual(
      faults.map(({ setting }) => setting),
      ["sources", "monitor", undefined],
    );
  });
});

describe("status bar", () => {
  it("says nothing where no log is watched and nothing is wrong", () => {
    assert.equal(statusText(undefined, [], english), undefined);
    assert.equal(statusText(snapshot(), [], english), undefined);
  });

  it("shows rate and errors, and says them in words", () => {
    const totals = { ...flow, sinkErrors: 0, linesPerSecond: 1200, errors: 3 };
    const status = statusText(snapshot({ totals, sources: [source("a")] }), [], english)!;
    assert.equal(status.text, "$(pulse) 1.2k/s $(error) 3");
    assert.equal(status.spoken, "Log Monitor: 1.2k/s, errors: 3, problems: 0");
    assert.deepEqual(status.lines.slice(0, 2), ["Logs watched: 1", "Lines: 0 · Errors: 3"]);
    assert.equal(status.failed, false);
  });

  it("warns of faults also when nothing is watched, and names them and lagging sinks in the tooltip", () => {
    const fault = { severity: "error", message: "The engine stopped." } as const;
    const status = statusText(
      snapshot({ sinks: [sink("influx", { state: "retrying", lagRecords: 7 }), sink("store")] }),
      [fault],
      english,
    )!;
    assert.match(status.text, /^\$\(warning\)/);
    assert.ok(status.failed);
    assert.deepEqual(status.lines.slice(2), ["influx: 7 behind", "The engine stopped."]);
  });
});
