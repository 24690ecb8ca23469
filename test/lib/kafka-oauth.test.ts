import assert from "node:assert/strict";
import { describe, it, type TestContext } from "node:test";
import { z } from "zod";
import { Fatal, RetryLater } from "../../src/errors.ts";
import { clientShape, setUpClient } from "../../src/lib/kafka-client.ts";
import { createTokens, type OauthOptions } from "../../src/lib/kafka-oauth.ts";
import { silent } from "../../src/lib/log.ts";
import { freePort } from "../helpers/port.ts";
import { startReceiver } from "../helpers/receiver.ts";
import { startTokens } from "../helpers/services/tokens.ts";
import { until } from "../helpers/until.ts";

describe("Tokens of an identity provider", () => {
  const tokensOf = (t: TestContext, oauth: OauthOptions, now?: () => number) => {
    const tokens = createTokens(oauth, { timeout: 5_000, ...(now && { now }) });
    t.after(() => tokens.close());
    return tokens;
  };

  it("are asked for with the client's id and secret, and kept until shortly before they end", async (t) => {
    const { oauth, forms } = await startTokens(t, "alice", 120);
    let clock = 0;
    const tokens = tokensOf(t, { ...oauth, scope: "logs write" }, () => clock);
    const [first] = await Promise.all([tokens.next(), tokens.next()]);
    clock = 89_000;
    assert.equal(await tokens.next(), first);
    assert.equal(forms.length, 1);
    assert.deepEqual(Object.fromEntries(forms[0] ?? []), {
      grant_type: "client_credentials",
      scope: "logs write",
    });
    clock = 91_000;
    await tokens.next();
    assert.equal(forms.length, 2);
  });

  it("leave no connection behind when the client that they are for is closed", async (t) => {
    const { oauth, connections } = await startTokens(t, "alice");
    const options = { brokers: "127.0.0.1:1", sasl: "oauthbearer", oauth };
    const { config, close } = await setUpClient(z.object(clientShape).parse(options), "", silent);
    assert.ok(config.sasl && "oauthBearerProvider" in config.sasl);
    await config.sasl.oauthBearerProvider();
    assert.equal(await connections(), 1);
    close();
    await until(async () => (await connections()) === 0, { timeout: 20_000 });
  });

  it("that do not say how long they last are asked for anew after minutes", async (t) => {
    const { oauth, forms } = await startTokens(t, "alice");
    let clock = 0;
    const tokens = tokensOf(t, oauth, () => clock);
    await tokens.next();
    clock = 299_000;
    await tokens.next();
    assert.equal(forms.length, 2);
  });

  it("that are refused name the settings, without the secret", async (t) => {
    const { oauth } = await startTokens(t, "alice");
    const tokens = tokensOf(t, { ...oauth, clientSecret: "wrong-one" });
    await assert.rejects(tokens.next(), (error: Error) => {
      assert.ok(error instanceof Fatal);
      assert.match(
        error.message,
        /answered 401: invalid_client who is it\? monitor:\*\*\*: check clientId, clientSecret and scope in oauth$/,
      );
      return true;
    });
  });

  it("show nothing of a secret that the provider repeats, also where its words are cut", async (t) => {
    const clientSecret = "of-nobody-else";
    for (let before = 170; before < 200; before++) {
      const { url } = await startReceiver(t, () => ({
        status: 401,
        text: `${".".repeat(before)} ${clientSecret}`,
      }));
      const tokens = tokensOf(t, { url, clientId: "a", clientSecret });
      await assert.rejects(tokens.next(), ({ message }: Error) => !/of-n/.test(message));
    }
  });

  it("are waited for while the provider can't be reached", async (t) => {
    const url = `http://127.0.0.1:${await freePort()}/token`;
    const tokens = tokensOf(t, { url, clientId: "a", clientSecret: "b" });
    await assert.rejects(tokens.next(), RetryLater);
  });
});
