import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { Fatal, Partly, RetryLater, reasonOf } from "../../src/errors.ts";
import { createConcealer, secretsIn } from "../../src/lib/conceal.ts";

/** Odd enough not to occur by chance, with every character that a form may trip over. */
const secret = fc
  .string({ unit: fc.constantFrom(..."abcXYZ0189@:/?&# %'\"=\\+^$.*()[]{}|-,_~`<>;!"), maxLength: 12 })
  .map((tail) => `S3cr3t!${tail}Q`);

describe("concealing secrets", () => {
  it("hides a secret however a server repeats it", () => {
    fc.assert(
      fc.property(secret, fc.string(), (hidden, around) => {
        const { text } = createConcealer(secretsIn({ user: "me", password: hidden }));
        const basic = Buffer.from(`me:${hidden}`).toString("base64");
        const forms = [hidden, encodeURIComponent(hidden), JSON.stringify(hidden).slice(1, -1), basic];
        for (const form of forms) assert.ok(!text(`${around} ${form} ${around}`).includes(form), form);
      }),
      { numRuns: 100 },
    );
  });

  it("hides also what is left of a secret where a text is cut", () => {
    fc.assert(
      fc.property(secret, fc.nat(), fc.string(), (hidden, at, around) => {
        const { text } = createConcealer([hidden]);
        const half = hidden.slice(0, 4 + (at % (hidden.length - 3)));
        const shown = text(`${around} ${half}…: check token`);
        assert.ok(!shown.includes(half), shown);
        assert.ok(shown.endsWith("***…: check token"), shown);
      }),
      { numRuns: 100 },
    );
  });

  it("leaves words alone that only contain a short secret, and all where there is none", () => {
    const { text } = createConcealer(["pass", "s"]);
    assert.equal(
      text("check user and password: pass was refused"),
      "check user and password: *** was refused",
    );
    assert.equal(createConcealer([]).text("nothing to hide"), "nothing to hide");
  });

  it("hides what Basic authentication makes of an address", () => {
    for (const address of ["http://h:8086@me@p@ss-word@db@s", "https://me:p%40ss-word@h/"]) {
      const { text } = createConcealer(secretsIn({ dsn: address }));
      assert.equal(text(Buffer.from("me:p@ss-word").toString("base64")), "***");
    }
  });

  it("hides what OAuth makes of a client and its secret", () => {
    const { text } = createConcealer(secretsIn({ oauth: { clientId: "me", clientSecret: "p@ss-word" } }));
    assert.equal(text(Buffer.from("me:p%40ss-word").toString("base64")), "***");
  });

  it("finds secrets by their names, in addresses and in headers, and takes no reference for one", () => {
    const options = {
      dsn: "http://h:8086@me@of@dsn@db@s",
      url: "https://me:of-url@h/x?token=of-query",
      sasl: { username: "me", password: "of-sasl" },
      headers: { Authorization: "Bearer of-header", "X-Api-Key": "of-key", accept: "text/plain" },
      tokenFile: "/run/token",
      token: `\${env:TOKEN}`,
    };
    const found = secretsIn(options);
    for (const one of ["of@dsn", "of-url", "of-sasl", "of-header", "of-key"])
      assert.ok(found.includes(one), one);
    for (const one of ["text/plain", "/run/token", options.token]) assert.ok(!found.includes(one), one);
  });

  it("hides secrets in errors, their causes and reasons, and keeps what they are", () => {
    const conceal = createConcealer(["hunter22"]);
    const error = new RetryLater("hunter22 refused", { afterMs: 7, cause: new Error("sent hunter22") });
    const shown = conceal.error(error);
    assert.ok(shown instanceof RetryLater);
    assert.equal(shown.afterMs, 7);
    assert.equal(reasonOf(shown), "*** refused: sent ***");
    assert.doesNotMatch(String(shown.stack), /hunter22/);
    const partly = conceal.error(
      new Partly("hunter22", { later: [1], refused: new Map([[2, "for hunter22"]]) }),
    );
    assert.ok(partly instanceof Partly);
    assert.deepEqual([partly.message, partly.later, [...partly.refused]], ["***", [1], [[2, "for ***"]]]);
    assert.ok(conceal.error(new Fatal("x")) instanceof Fatal);
  });

  it("hides them also in errors whose message can't be set", () => {
    const conceal = createConcealer(["hunter22"]);
    const late = new DOMException("hunter22 is late", "TimeoutError");
    const shown = conceal.error(new RetryLater("no answer", { afterMs: 7, cause: late }));
    assert.ok(shown instanceof RetryLater);
    assert.equal(reasonOf(shown), "no answer: *** is late");
    const alone = conceal.error(late);
    assert.ok(alone instanceof Error);
    assert.deepEqual([alone.name, alone.message], ["TimeoutError", "*** is late"]);
  });
});
