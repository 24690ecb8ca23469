import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { linksIn } from "../../src/lib/frames.ts";
import { visible, visibleLines } from "../../src/lib/visible.ts";
import { paintedText } from "../../src/webview/log/ansi.ts";
import { linkAt } from "../../src/webview/log/code-place.ts";

const TRACE = [
  "TypeError: no price",
  "    at total (/app/src/cart.ts:7:3)",
  "    at pay (/app/src/pay.ts:21:9)",
  "    at node:internal/process/task_queues",
  "    at main (/app/src/main.ts:3:1)",
].join("\n");

/** The path of the place in code that is opened where one clicks before a word. */
function opened(
  message: string,
  word: string,
  how: { readonly unfolded?: boolean; readonly shown?: (text: string) => string } = {},
): string | undefined {
  const { unfolded = true, shown = unfolded ? visibleLines : visible } = how;
  const found = linksIn(message);
  const links = found.map(({ from, to }) => ({ in: "message", from, to }));
  const at = shown(message).indexOf(word);
  assert.ok(at >= 0, word);
  const link = linkAt({ message, links }, { at, shown, unfolded });
  return link === undefined ? undefined : found[link]?.path;
}

describe("the place in code that one clicks in a line", () => {
  it("is the one below the mouse", () => {
    assert.equal(opened(TRACE, "pay.ts"), "/app/src/pay.ts");
    assert.equal(opened(TRACE, "main.ts"), "/app/src/main.ts");
  });

  it("is the one of that line of a trace", () => {
    assert.equal(opened(TRACE, "at pay"), "/app/src/pay.ts");
    assert.equal(opened(TRACE, "main ("), "/app/src/main.ts");
  });

  it("is none where the line of a trace names none", () => {
    assert.equal(opened(TRACE, "TypeError"), undefined);
    assert.equal(opened(TRACE, "task_queues"), undefined);
  });

  it("is none beside the places of a line that is folded", () => {
    const line = "called from /app/a.ts:1:2 and /app/b.ts:3:4 at once";
    assert.equal(opened(line, "b.ts", { unfolded: false }), "/app/b.ts");
    assert.equal(opened(line, "at once", { unfolded: false }), undefined);
  });

  it("is found behind colours of a terminal and characters that are shown by others", () => {
    const colored = TRACE.replaceAll("at ", "\u001b[1;31mat\u001b[0m \u200b\u0007").replaceAll("\n", "\r\n");
    const shown = (text: string) => paintedText(text, false, visibleLines);
    assert.equal(opened(colored, "pay.ts", { shown }), "/app/src/pay.ts");
    assert.equal(opened(colored, "main.ts", { shown }), "/app/src/main.ts");
    assert.equal(opened(colored, "pay.ts"), "/app/src/pay.ts");
  });

  it("is counted among the places of all texts of a record", () => {
    const from = TRACE.indexOf("/app/src/pay.ts");
    const links = [
      { in: "err.stack", from: 0, to: 10 },
      { in: "message", from, to: from + 10 },
    ];
    assert.equal(linkAt({ message: TRACE, links }, { at: from + 2, shown: visibleLines, unfolded: true }), 1);
  });
});
