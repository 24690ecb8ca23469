import assert from "node:assert/strict";
import { describe, it } from "node:test";
import fc from "fast-check";
import { maskCommand, maskSecrets, maskText } from "../../src/lib/mask.ts";

/** Secrets long and odd enough not to occur by chance, with every character that a form may trip over. */
const secret = fc
  .string({ unit: fc.constantFrom(..."abcXYZ0189@:/?&# %'\"=\\"), minLength: 1, maxLength: 12 })
  .map((tail) => `S3cr3t${tail}Q`);

const holdsNone = (shown: unknown, secrets: readonly string[]) => {
  for (const text of secrets) assert.ok(!JSON.stringify(shown).includes(JSON.stringify(text).slice(1, -1)));
};

describe("masking secrets", () => {
  it("hides user and password of a five-part DSN, and keeps the rest", () => {
    assert.equal(
      maskText("http://127.0.0.1:8086@imooc@imoocpass@nginx@s"),
      "http://127.0.0.1:8086@***@***@nginx@s",
    );
    assert.equal(
      maskText("can't reach http://h:8086@imooc@imoocpass@nginx@s: refused"),
      "can't reach http://h:8086@***@***@nginx@s: refused",
    );
  });

  it("hides what comes before the host of a URL", () => {
    assert.equal(maskText("see https://me:pw@example.org/x"), "see https://***@example.org/x");
  });

  it("hides query parameters and bearer tokens within text", () => {
    assert.equal(maskText("GET /write?db=x&u=me&p=pw&q=1"), "GET /write?db=x&u=***&p=***&q=1");
    assert.equal(maskText("Authorization: Bearer abcdef.123"), "Authorization: Bearer ***");
  });

  it("hides what follows a flag of a command that is named like a secret", () => {
    assert.equal(
      maskCommand(
        `PGPASSWORD=a1 psql --password=b2 --api-key 'c 3' -token "d\\"4" --password-file e --port 5`,
      ),
      "PGPASSWORD=*** psql --password=*** --api-key *** -token *** --password-file e --port 5",
    );
    assert.equal(
      maskCommand("x --password --verbose --secret ${env:S} y"),
      "x --password --verbose --secret ${env:S} y",
    );
    assert.equal(maskText("bad usage: tool --client-secret=hush x"), "bad usage: tool --client-secret=*** x");
    const sources = (command: unknown) => ({ sources: { a: { type: "command", command } } });
    assert.deepEqual(
      maskSecrets(sources(["tool", "--password", "hush", "-v", "--token=hush"])),
      sources(["tool", "--password", "***", "-v", "--token=***"]),
    );
    assert.deepEqual(maskSecrets(sources("tool --password hush")), sources("tool --password ***"));
  });

  it("keeps references, and everything that holds no secret", () => {
    const value = {
      sinks: {
        a: { type: "influxdb", token: `\${env:TOKEN}`, url: "http://127.0.0.1:8086", tags: ["a@b", 1] },
      },
      keys: null,
      monitor: false,
    };
    assert.deepEqual(maskSecrets(value), value);
  });

  it("hides all values under a secret name, in any depth", () => {
    assert.deepEqual(
      maskSecrets({ sasl: { username: "me", password: "pw" }, headers: { Authorization: ["a", { b: 7 }] } }),
      { sasl: { username: "me", password: "***" }, headers: { Authorization: ["***", { b: "***" }] } },
    );
    assert.deepEqual(maskSecrets({ headers: { "X-Own": "a", more: "${env:X}" } }), {
      headers: { "X-Own": "***", more: "${env:X}" },
    });
  });

  it("hides the path of a webhook, which is its secret, and its query", () => {
    const masked = (url: string) => maskSecrets({ a: { type: "webhook", url } });
    const shown = (url: string) => ({ a: { type: "webhook", url } });
    assert.deepEqual(
      masked("https://h.example/services/T0/B0/abc?x=1#y"),
      shown("https://h.example/services/***?***"),
    );
    assert.deepEqual(masked("http://127.0.0.1:80/in"), shown("http://127.0.0.1:80/in"));
    assert.deepEqual(masked("http://u:p@h/in/"), shown("http://***@h/in"));
    assert.deepEqual(masked("${env:WEBHOOK_URL}"), shown("${env:WEBHOOK_URL}"));
    assert.deepEqual(masked("https://h/0123456789abcdef0123"), shown("https://h/***"));
    assert.deepEqual(masked("no address"), shown("***"));
  });

  it("shows no password of any DSN or URL, whatever characters it has", () => {
    fc.assert(
      fc.property(secret, secret, (user, password) => {
        const shown = maskSecrets({
          dsn: `http://127.0.0.1:8086@${user}@${password}@nginx@s`,
          url: `https://${user}:${password}@example.org:8086`,
        });
        holdsNone(shown, [user, password]);
      }),
    );
  });

  it("takes an address whose user holds signs of a DSN for no DSN", () => {
    assert.equal(
      maskSecrets({ url: "https://us@@@er:pass@example.org:8086" }).url,
      "https://***@example.org:8086",
    );
  });

  it("shows no value of a secret name, wherever it is nested", () => {
    fc.assert(
      fc.property(
        secret,
        fc.constantFrom(
          "password",
          "token",
          "apiKey",
          "api_key",
          "secretAccessKey",
          "Authorization",
          "passphrase",
        ),
        fc.array(fc.constantFrom("sinks", "kafka", "list"), { maxLength: 4 }),
        (text, name, path) => {
          const value = path.reduce<unknown>((inner, step) => ({ [step]: [inner] }), { [name]: text });
          holdsNone(maskSecrets(value), [text]);
        },
      ),
    );
  });

  it("changes nothing the second time", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const once = maskSecrets(value);
        assert.deepEqual(maskSecrets(once), once);
      }),
    );
  });
});
