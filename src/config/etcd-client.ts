import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { z } from "zod";
import { reasonOf, UserError } from "../errors.ts";
import { createHttp, type Http } from "../lib/http.ts";
import { type EtcdOptions, membersOf } from "./etcd-options.ts";

/** Longer answers (in characters) are not etcd's, which refuses values beyond 1.5 MiB. */
const LONGEST = 64 << 20;

/** What a key holds. */
export interface EtcdValue {
  readonly key: string;
  readonly text: string;
  /** The store's revision at which it was written. */
  readonly revision: number;
}

/** A key that was written, or deleted when `text` is undefined. */
export interface EtcdEvent {
  readonly key: string;
  readonly text: string | undefined;
  readonly revision: number;
}

/** The keys that the options name, by etcd's JSON gateway. */
export interface EtcdClient {
  /** The member that is asked at present. */
  readonly member: string;
  /** All keys, and the revision of the store they are of, agreed on by most members. */
  read(): Promise<{ readonly revision: number; readonly values: readonly EtcdValue[] }>;
  /**
   * Tells what is written from a revision on, until the signal ends it.
   * @param took how far the store has come is told with each event
   * @throws Compacted when what lies between is forgotten; else what ended it
   */
  watch(
    from: number,
    took: (events: readonly EtcdEvent[], revision: number) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Goes on with the next member. */
  next(): void;
  close(): void;
}

/** What was written in the meantime is no longer kept: the keys are to be read anew. */
export class Compacted extends Error {
  override name = "Compacted";
}

/** The token is no longer known: the same once more, signed in anew. */
class SignedOut extends Error {
  override name = "SignedOut";
}

// int64 goes as text through the gateway; what is zero is left out.
const count = z.union([z.string(), z.number()]).transform(Number);
const header = z.looseObject({ revision: count.default(0) });
const pair = z.looseObject({
  key: z.string(),
  value: z.string().default(""),
  mod_revision: count.default(0),
});
const rangeAnswer = z.looseObject({ header, kvs: z.array(pair).default([]) });
const tokenAnswer = z.looseObject({ token: z.string() });
const faultAnswer = z.looseObject({ message: z.string().optional(), error: z.string().optional() });
const watchAnswer = z.looseObject({
  error: z.looseObject({ message: z.string().optional() }).optional(),
  result: z
    .looseObject({
      header: header.optional(),
      canceled: z.boolean().optional(),
      cancel_reason: z.string().optional(),
      compact_revision: count.optional(),
      events: z.array(z.looseObject({ type: z.string().optional(), kv: pair })).default([]),
    })
    .optional(),
});

/**
 * Speaks to etcd (3.4 and later) over its JSON gateway: https://etcd.io/docs/v3.6/dev-guide/api_grpc_gateway/
 * @param baseDir where relative paths of certificates are taken from
 * @throws UserError when a certificate can't be read
 */
export async function createEtcdClient(options: EtcdOptions, baseDir: string): Promise<EtcdClient> {
  const { user, password, timeout, tls } = options;
  const http = createHttp({
    name: "etcd",
    setting: "etcd.endpoints",
    trustSettings: { ca: "etcd.tls.ca", cert: "etcd.tls.cert and etcd.tls.key" },
    timeout,
    headers: { "content-type": "application/json" },
    ca: await pem(tls?.ca, "ca", baseDir),
    cert: await pem(tls?.cert, "cert", baseDir),
    key: await pem(tls?.key, "key", baseDir),
    verify: tls?.verify,
  });
  const members = membersOf(options);
  const range = rangeOf(options);
  let turn = 0;
  let token: string | undefined;
  const member = (): URL => members[turn % members.length] ?? new URL("http://127.0.0.1:2379");

  const headers = async (): Promise<Record<string, string>> => {
    if (user === undefined) return {};
    token ??= await signIn(http, member(), user, password ?? "");
    return token === "" ? {} : { authorization: token };
  };

  /** Tokens end after some minutes, and with the server that gave them. */
  const signedIn = async <T>(work: (headers: Record<string, string>) => Promise<T>): Promise<T> => {
    try {
      return await work(await headers());
    } catch (error) {
      if (!(error instanceof SignedOut) || user === undefined) throw error;
      token = undefined;
      return work(await headers());
    }
  };

  return {
    get member() {
      return member().host;
    },
    read: () =>
      signedIn(async (own) => {
        const { revision, values } = await readRange(http, member(), range, own);
        return { revision, values };
      }),
    watch: (from, took, signal) =>
      signedIn(async (own) => {
        const create_request = { ...range, start_revision: String(from), progress_notify: true };
        // Ends the watch of a member that has lost its leader, and so knows nothing of what is written elsewhere.
        const leader = { "grpc-metadata-hasleader": "true" };
        const ending = new AbortController();
        const response = await http.stream(
          new URL("/v3/watch", member()),
          Buffer.from(JSON.stringify({ create_request })),
          { ...own, ...leader },
          AbortSignal.any([signal, ending.signal]),
        );
        try {
          for await (const line of linesOf(response, member())) readWatch(line, member(), took);
        } finally {
          ending.abort();
          response.destroy();
        }
        throw new Error(`etcd at ${member().origin} ended the watch`);
      }),
    next() {
      turn++;
      token = undefined;
    },
    close: () => http.close(),
  };
}

/** The answers of a stream, one a line. */
async function* linesOf(stream: AsyncIterable<Buffer>, member: URL): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  let rest = "";
  const parts = stream[Symbol.asyncIterator]();
  for (;;) {
    const { done, value: part } = await parts.next().catch((error) => {
      throw new Error(`etcd at ${member.origin}: the connection broke`, { cause: error });
    });
    if (done) break;
    const lines = (rest + decoder.decode(part, { stream: true })).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > LONGEST) throw foreign(member);
    yield* lines.filter((line) => line !== "");
  }
  if (rest !== "") yield rest;
}

async function readRange(
  http: Http,
  member: URL,
  range: object,
  headers: Record<string, string>,
): Promise<{ revision: number; values: EtcdValue[] }> {
  const answer = await call(http, member, "/v3/kv/range", range, headers);
  const parsed = rangeAnswer.safeParse(answer);
  if (!parsed.success) throw foreign(member);
  const values = parsed.data.kvs.map(({ key, value, mod_revision }) => ({
    key: textOf(key),
    text: textOf(value),
    revision: mod_revision,
  }));
  return { revision: parsed.data.header.revision, values };
}

/** One answer of a watch. @throws what ended it */
function readWatch(
  line: string,
  member: URL,
  took: (events: readonly EtcdEvent[], revision: number) => void,
): void {
  const parsed = watchAnswer.safeParse(jsonOf(line));
  if (!parsed.success) throw foreign(member);
  const { error, result } = parsed.data;
  if (error) throw verdictOf(error.message ?? "no reason given", member);
  if (!result) return;
  if (result.canceled) {
    if (result.compact_revision) throw new Compacted(`compacted at ${result.compact_revision}`);
    throw verdictOf(result.cancel_reason ?? "it gave no reason", member);
  }
  const events = result.events.map(({ type, kv }) => ({
    key: textOf(kv.key),
    text: type === "DELETE" ? undefined : textOf(kv.value),
    revision: kv.mod_revision,
  }));
  if (events.length > 0) took(events, result.header?.revision ?? 0);
}

/** A token, or an empty text where authentication is off. */
async function signIn(http: Http, member: URL, name: string, password: string): Promise<string> {
  try {
    const answer = await call(http, member, "/v3/auth/authenticate", { name, password }, {});
    const parsed = tokenAnswer.safeParse(answer);
    if (!parsed.success) throw foreign(member);
    return parsed.data.token;
  } catch (error) {
    if (error instanceof Error && error.message.includes("authentication is not enabled")) return "";
    throw error;
  }
}

async function call(
  http: Http,
  member: URL,
  path: string,
  body: object,
  headers: Record<string, string>,
): Promise<unknown> {
  const { status, text } = await http.send(
    "POST",
    new URL(path, member),
    Buffer.from(JSON.stringify(body)),
    headers,
  );
  const answer = jsonOf(text);
  if (status === 200) return answer;
  const fault = faultAnswer.safeParse(answer).data;
  if (status === 404 || !fault)
    throw new Error(`etcd at ${member.origin} answered ${status} to ${path}: check etcd.endpoints`);
  throw verdictOf(fault.message ?? fault.error ?? `status ${status}`, member);
}

/** etcd's own words, and what to do about them. */
function verdictOf(said: string, member: URL): Error {
  const words = said.replace(/^rpc error: code = \w+ desc = /, "").replace(/^etcdserver: /, "");
  const at = `etcd at ${member.origin}`;
  if (/invalid auth token|auth token is invalid|old revision/.test(words))
    return new SignedOut(`${at}: ${words}`);
  if (words.includes("compacted")) return new Compacted(words);
  if (words.includes("user name is empty"))
    return new Error(`${at} wants a user: set etcd.user and etcd.password`);
  if (words.includes("authentication failed"))
    return new Error(`${at} refuses the user: check etcd.user and etcd.password`);
  if (words.includes("permission denied"))
    return new Error(`${at}: the user may not read there: grant it the key or prefix`);
  return new Error(`${at}: ${words}`);
}

function foreign(member: URL): Error {
  return new Error(`what is at ${member.origin} does not answer like etcd: check etcd.endpoints`);
}

/** `key` alone, or all that begins with `prefix`: up to the same bytes, the last of them one higher. */
function rangeOf({ key, prefix }: EtcdOptions): { key: string; range_end?: string } {
  if (prefix === undefined) return { key: Buffer.from(key ?? "").toString("base64") };
  const bytes = Buffer.from(prefix);
  const end = Buffer.from(bytes);
  // UTF-8 has no byte 0xff.
  end[end.length - 1] = (end.at(-1) ?? 0) + 1;
  return { key: bytes.toString("base64"), range_end: end.toString("base64") };
}

const textOf = (base64: string): string => Buffer.from(base64, "base64").toString("utf8");

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function pem(given: string | undefined, name: string, baseDir: string): Promise<string | undefined> {
  if (given === undefined || given.includes("-----BEGIN ")) return given;
  const file = resolve(baseDir, given);
  try {
    return await readFile(file, "utf8");
  } catch (error) {
    throw new UserError(`etcd.tls.${name} can't be read: ${file}: ${reasonOf(error)}`, { cause: error });
  }
}
