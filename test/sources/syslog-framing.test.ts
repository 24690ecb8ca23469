import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { dropsIn } from "../../src/sources/syslog/drops.ts";
import { createFraming, type Message, messageOf } from "../../src/sources/syslog/framing.ts";

const texts = (messages: readonly Message[]): string[] => messages.map(({ bytes }) => bytes.toString());

function cut(bytes: Buffer, at: readonly number[], most = 65_536): Message[] {
  const framing = createFraming(most);
  const places = [...new Set(at.map((one) => one % (bytes.length + 1)))].sort((a, b) => a - b);
  const messages: Message[] = [];
  let from = 0;
  for (const to of [...places, bytes.length]) {
    messages.push(...framing.push(bytes.subarray(from, to)));
    from = to;
  }
  messages.push(...framing.end());
  return messages;
}

const letters = fc.constantFrom("a", "7", " ", "<", "é", "\\", ">", "\t");
const content = fc.array(letters, { maxLength: 12 }).map((all) => all.join(""));
const places = fc.array(fc.nat(400), { maxLength: 12 });

describe("framing of syslog over TCP", () => {
  it("finds the messages of both ways, wherever the bytes are cut", () => {
    const message = fc.record({
      text: fc.tuple(content, fc.constantFrom("", "\n", "x\ny")).map(([head, tail]) => `<13>${head}${tail}!`),
      counted: fc.boolean(),
      end: fc.constantFrom("\n", "\r\n"),
    });
    fc.assert(
      fc.property(fc.array(message, { maxLength: 8 }), places, (sent, at) => {
        let stream = "";
        const expected: string[] = [];
        for (const { text, counted, end } of sent) {
          if (counted) stream += `${Buffer.byteLength(text)} ${text}`;
          else stream += `${text.replaceAll("\n", " ")}${end}`;
          expected.push(counted ? text : text.replaceAll("\n", " "));
        }
        assert.deepEqual(texts(cut(Buffer.from(stream), at)), expected);
      }),
      { numRuns: 100 },
    );
  });

  it("takes lines that begin with a number as lines", () => {
    const stream = "2018-03-04 13:49:52 up\n12 monkeys\n007 <13>x\n99\n1234567890 <x\n";
    assert.deepEqual(texts(cut(Buffer.from(stream), [3, 25, 30])), stream.trim().split("\n"));
  });

  it("cuts long messages between characters, says how much is left out, and goes on with the next", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.boolean(), places, (extra, counted, at) => {
        const text = `<1>${"é".repeat(10 + extra)}`;
        const frame = counted ? `${Buffer.byteLength(text)} ${text}` : `${text}\n`;
        const messages = cut(Buffer.from(`${frame}<2>next\n`), at, 20);
        assert.deepEqual(texts(messages), [`<1>${"é".repeat(8)}`, "<2>next"]);
        assert.equal(messages[0]?.rest, Buffer.byteLength(text) - 19);
        assert.equal(messages[1]?.rest, 0);
      }),
      { numRuns: 100 },
    );
  });

  it("does not take what ends a message for a part of it that is left out", () => {
    for (const frame of ["<1>abc\n", "<1>abc\r\n", "6 <1>abc", "7 <1>abc\n"])
      assert.deepEqual(cut(Buffer.from(frame), [], 6), [{ bytes: Buffer.from("<1>abc"), rest: 0 }]);
  });

  it("gives what a connection that broke left behind", () => {
    assert.deepEqual(texts(cut(Buffer.from("<1>whole\n<2>ha"), [])), ["<1>whole", "<2>ha"]);
    assert.deepEqual(texts(cut(Buffer.from("100 <2>ha"), [])), ["<2>ha"]);
    assert.deepEqual(texts(cut(Buffer.from("12"), [])), ["12"]);
    assert.deepEqual(texts(cut(Buffer.from("\r\n\n\0"), [])), []);
  });
});

describe("datagrams of syslog", () => {
  it("are messages without the line end or NUL behind them", () => {
    const of = (text: string): string => messageOf(Buffer.from(text), 100).bytes.toString();
    assert.equal(of("<1>a\nb\n"), "<1>a\nb");
    assert.equal(of("<1>a\r\n\0"), "<1>a");
    assert.equal(of("<1>a\r"), "<1>a\r");
    assert.equal(of("\0"), "");
    assert.deepEqual(messageOf(Buffer.from("éé\n"), 3), { bytes: Buffer.from("é"), rest: 2 });
  });
});

describe("the system's count of lost datagrams", () => {
  const table = [
    "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
    "  101: 0100007F:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 111 2 0000 42",
    "  102: 00000000:158A 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 112 2 0000 7",
    "  103: 00000000000000000000000001000000:158A 0:0000 07 00000000:00000000 00:00000000 00000000 0 0 113 2 0000 9",
  ].join("\n");

  it("is that of the socket", () => {
    assert.equal(dropsIn(table, "127.0.0.1", 5514), 42);
    assert.equal(dropsIn(table, "0.0.0.0", 5514), 7);
    assert.equal(dropsIn(table, "::1", 5514), 9);
    assert.equal(dropsIn(table, "127.0.0.1", 5515), undefined);
    assert.equal(dropsIn("", "127.0.0.1", 5514), undefined);
  });
});
