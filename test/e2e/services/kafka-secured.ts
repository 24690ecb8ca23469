import assert from "node:assert/strict";
import { join } from "node:path";
import { it, type TestContext } from "node:test";
import { silent } from "../../../src/lib/log.ts";
import { runEngine } from "../../helpers/engine.ts";
import { recordsIn } from "../../helpers/output.ts";
import type { RunningKafka } from "../../helpers/services/kafka.ts";
import { startTokens, unsecuredToken } from "../../helpers/services/tokens.ts";
import { tempFolder } from "../../helpers/temp.ts";
import { until } from "../../helpers/until.ts";
import { quiet } from "./influx.ts";
import { PATIENT, send, sourceFor, sourceOf } from "./kafka-source.ts";

/** Whom the broker of these tests lets in. */
export const user = { user: "alice", password: "secret-of-alice" };

const certificate = (name: string): string => join(import.meta.dirname, "../../cases/tls", name);
const mutual = { tls: true, ca: certificate("ca.pem") };
const own = { cert: certificate("server.pem"), keyFile: certificate("server.key") };

/** Tests of the ways to be let in by a broker. */
export function securedCases(broker: (t: TestContext) => Promise<RunningKafka | undefined>): void {
  it("signs in by PLAIN, SCRAM and OAUTHBEARER, and by a certificate over TLS", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    await kafka.createTopic("secured", 1);
    await send(kafka, "secured", [{ value: "one" }]);
    const tokens = await startTokens(t, user.user);
    const sasl = { brokers: kafka.sasl };
    const ways: Record<string, object> = {
      plain: { ...sasl, sasl: "plain", ...user },
      "scram-sha-256": { ...sasl, sasl: "scram-sha-256", ...user },
      "scram-sha-512": { ...sasl, sasl: "scram-sha-512", ...user },
      token: { ...sasl, sasl: "oauthbearer", token: unsecuredToken(user.user) },
      oauth: { ...sasl, sasl: "oauthbearer", oauth: tokens.oauth },
      certificate: { brokers: kafka.tls, ...mutual, ...own },
    };
    const folder = tempFolder(t);
    const { apply } = runEngine(t, folder);
    const sources = Object.fromEntries(
      Object.entries(ways).map(([id, way]) => [
        id,
        { ...sourceFor(kafka, { topics: "secured" }), ...way, group: `secured by ${id}` },
      ]),
    );
    const { issues } = await apply({
      ...quiet,
      sources,
      sinks: { out: { type: "file", path: "out.ndjson" } },
    });
    assert.deepEqual(issues, []);
    const read = () =>
      recordsIn(join(folder, "out.ndjson"))
        .map(({ source, raw }) => `${source}: ${raw}`)
        .sort();
    await until(() => read().length >= Object.keys(ways).length, {
      ...PATIENT,
      what: "a message by each way",
    });
    assert.deepEqual(
      read(),
      Object.keys(ways)
        .map((id) => `${id}: one`)
        .sort(),
    );
  });

  it("names the setting and the remedy when it is not let in, once", async (t) => {
    const kafka = await broker(t);
    if (!kafka) return;
    const told: string[] = [];
    const { engine, apply } = runEngine(t, tempFolder(t), {}, { ...silent, warn: (text) => told.push(text) });
    const tokens = await startTokens(t, user.user);
    const { sasl, tls, broker: open } = kafka;
    const wrong = { ...user, password: "wrong-one" };
    const oauth = { ...tokens.oauth, clientSecret: "wrong-one" };
    const cases: Record<string, readonly [object, RegExp]> = {
      plain: [{ brokers: sasl, sasl: "plain", ...wrong }, /check user, password and token$/],
      scram: [{ brokers: sasl, sasl: "scram-sha-512", ...wrong }, /check user, password and token$/],
      token: [
        { brokers: sasl, sasl: "oauthbearer", token: unsecuredToken(user.user, -60) },
        /check brokers, tls, sasl and the token$/,
      ],
      oauth: [
        { brokers: sasl, sasl: "oauthbearer", oauth },
        /check clientId, clientSecret and scope in oauth/,
      ],
      unsigned: [{ brokers: sasl }, /check brokers, tls, sasl and the token$/],
      authority: [{ brokers: tls, tls: true, ...own }, /check ca$/],
      certificate: [{ brokers: tls, ...mutual }, /check cert and keyFile$/],
      clear: [{ brokers: tls }, /check brokers, tls, sasl and the token$/],
      encrypted: [{ brokers: open, tls: true }, /check brokers, tls, sasl and the token$/],
    };
    const sources = Object.fromEntries(
      Object.entries(cases).map(([id, [way]]) => [id, { ...sourceFor(kafka, { topics: "never" }), ...way }]),
    );
    const { issues } = await apply({
      ...quiet,
      sources,
      sinks: { out: { type: "file", path: "out.ndjson" } },
    });
    assert.deepEqual(issues, []);
    for (const [id, [, remedy]] of Object.entries(cases)) {
      await until(() => sourceOf(engine, id).state === "failed", { ...PATIENT, what: id });
      assert.match(sourceOf(engine, id).reason ?? "", remedy, id);
    }
    // All were tried several times while the slowest one was waited for.
    for (const id of Object.keys(cases)) {
      const own = told.filter((text) => text.startsWith(`source ${id}: `));
      assert.equal(own.length, 1, own.join("\n"));
    }
    assert.doesNotMatch(told.join("\n"), /wrong-one/);
  });
}
